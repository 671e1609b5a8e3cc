import { priorityLoads } from '../balancing/priority_loads.ts';
import { STRATEGY_DEFAULTS } from '../model/strategy_defaults.ts';
import { policy } from './policy.ts';
import { firstByShare } from './weighted_order.ts';

/**
 * Failover order with spill-over, as Envoy's priority levels. The first pool keeps all traffic until too few of its origins are
 * healthy, then the next pools take a growing part. With a factor of 1.4 that begins below 5 of 7. Each pool is assumed to carry
 * everything when it is whole.
 */
export const priority = policy({
  name: 'priority',
  about: 'Failover order with spill-over: the next pool takes a part before the first is all down.',
  levels: ['pools'],
  options: {
    overprovisioning_percent: {
      about:
        'a pool carries all of its traffic while this times the share of its healthy origins is 100 or more.',
      unit: 'percent',
      default: STRATEGY_DEFAULTS.overprovisioning_percent,
      range: [100, 100_000],
      whole: true,
    },
  },
  use: 'once',
  weighted: false,
  rank: (targets, _facts, draw, { overprovisioning_percent }) => ({
    order: firstByShare(targets, priorityLoads(targets, overprovisioning_percent), draw),
  }),
});
