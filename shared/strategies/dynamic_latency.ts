import { hintOf } from '../geo/location_hints.ts';
import type { Policy } from './policy.ts';
import type { Target } from './strategy.ts';

/**
 * Fastest first, by the smoothed round-trip time of probes: of those that start where the request is, if the pool is
 * probed from there, else of all. Targets without one stand last, in the order listed, and so do all of them before the
 * first probes are in.
 */
export const dynamic_latency: Policy<'region'> = {
  name: 'dynamic_latency',
  about: 'The least round-trip time of probes first.',
  levels: ['pools'],
  reads: ['region'],
  use: 'repeat',
  weighted: false,
  needs: ['probes'],
  rank(targets, { region = '' }) {
    const place = hintOf(region) ?? '';
    const rtt = ({ rtt_ms, rtt_from }: Target) => rtt_from?.[place] ?? rtt_ms;
    const known = targets.filter((target) => rtt(target) !== undefined);
    const unknown = targets.filter((target) => rtt(target) === undefined);
    known.sort((a, b) => (rtt(a) ?? 0) - (rtt(b) ?? 0));
    return { order: [...known, ...unknown].map(({ id }) => id) };
  },
};
