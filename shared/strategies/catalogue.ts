// Every strategy by its name in the configuration, one line each. All other lists follow from this one (strategies.ts).

export { capacity } from './capacity.ts';
export { cost } from './cost.ts';
export { dynamic_latency } from './dynamic_latency.ts';
export { geo } from './geo.ts';
export { hash } from './hash.ts';
export { jump } from './jump.ts';
export { ketama } from './ketama.ts';
export { least_connections } from './least_connections.ts';
export { least_outstanding_requests } from './least_outstanding_requests.ts';
export { maglev } from './maglev.ts';
export { off } from './off.ts';
export { peak_ewma } from './peak_ewma.ts';
export { power_of_two } from './power_of_two.ts';
export { prequal } from './prequal.ts';
export { priority } from './priority.ts';
export { proximity } from './proximity.ts';
export { random } from './random.ts';
export { round_robin } from './round_robin.ts';
export { smooth_weighted_round_robin } from './smooth_weighted_round_robin.ts';
export { weighted_by_load } from './weighted_by_load.ts';
export { weighted_least_request } from './weighted_least_request.ts';
