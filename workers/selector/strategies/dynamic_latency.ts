import type { Strategy } from '../strategy.ts';

/**
 * Fastest first, by the smoothed round-trip time of probes. Targets without one stand last, in the order listed, and
 * so do all of them before the first probes are in.
 */
export const dynamic_latency: Strategy<never> = {
  name: 'dynamic_latency',
  reads: [],
  use: 'repeat',
  weighted: false,
  rank(targets) {
    const known = targets.filter(({ rtt_ms }) => rtt_ms !== undefined);
    const unknown = targets.filter(({ rtt_ms }) => rtt_ms === undefined);
    known.sort((a, b) => (a.rtt_ms ?? 0) - (b.rtt_ms ?? 0));
    return { order: [...known, ...unknown].map(({ id }) => id) };
  },
};
