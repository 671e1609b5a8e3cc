import { priorityLoads } from '../balancing/priority_loads.ts';
import { shareAt } from '../balancing/share_at.ts';
import type { Strategy } from './strategy.ts';

/**
 * Failover order with spill-over, as Envoy's priority levels: the first pool keeps all traffic until too few of its
 * origins are healthy, then the next ones take a growing part. With a factor of 1.4 that begins below 5 of 7.
 * It takes for granted that each pool, whole, could carry everything.
 */
export const priority: Strategy<never> = {
  name: 'priority',
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
