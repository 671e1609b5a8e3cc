// Every settler by its name in `Ranking.by`, one line each.

export { bounded_load } from './bounded_load.ts';
export { inflight } from './inflight.ts';
export { next_inflight } from './next_inflight.ts';
export { peak_ewma } from './peak_ewma.ts';
export { prequal } from './prequal.ts';
export { reported } from './reported.ts';
export { weighted_inflight } from './weighted_inflight.ts';
