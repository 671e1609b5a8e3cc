import { priorityLoads } from '../balancing/priority_loads.ts';
import { shareAt } from '../balancing/share_at.ts';
import { STRATEGY_DEFAULTS } from '../model/strategy_defaults.ts';
import type { Options } from './option.ts';
import type { Policy } from './policy.ts';

const options = {
  overprovisioning_percent: {
    about:
      'a pool carries all of its traffic while this times the share of its healthy origins is 100 or more.',
    unit: 'percent',
    default: STRATEGY_DEFAULTS.overprovisioning_percent,
    whole: true,
    min: 100,
    max: 100_000,
  },
} satisfies Options;

/**
 * Failover order with spill-over, as Envoy's priority levels: the first pool keeps all traffic until too few of its
 * origins are healthy, then the next ones take a growing part. With a factor of 1.4 that begins below 5 of 7.
 * It takes for granted that each pool, whole, could carry everything.
 */
export const priority: Policy<never, typeof options> = {
  name: 'priority',
  about: 'Failover order with spill-over: the next pool takes a part before the first is all down.',
  levels: ['pools'],
  options,
  reads: [],
  use: 'once',
  weighted: false,
  rank(targets, _facts, draw, { overprovisioning_percent }) {
    const loads = priorityLoads(targets, overprovisioning_percent);
    const first = targets[shareAt(loads, (draw.even?.() ?? draw.random()) * 100)] ?? targets[0];
    const rest = targets.filter((target) => target !== first);
    return { order: [first, ...rest].flatMap((target) => target?.id ?? []) };
  },
};
