import { hintOf } from '../geo/location_hints.ts';
import { policy } from './policy.ts';
import type { Target } from './strategy.ts';

/**
 * Fastest first, by the smoothed round-trip time of probes. If probes of the pool start in the region of the request, these
 * alone count. Targets without a time come last, in the order listed. Before the first probes, that is all of them.
 */
export const dynamic_latency = policy({
  name: 'dynamic_latency',
  about: 'The least round-trip time of probes first.',
  levels: ['pools'],
  reads: ['region'],
  use: 'repeat',
  weighted: false,
  needs: ['probes'],
  rank(targets, { region = '' }) {
    const place = hintOf(region) ?? '';
    const rtt = ({ rtt_ms, rtt_from }: Target) => rtt_from?.[place] ?? rtt_ms ?? Number.MAX_VALUE;
    return { order: [...targets].sort((a, b) => rtt(a) - rtt(b)).map(({ id }) => id) };
  },
});
