import type { Strategy, Target } from '../strategy.ts';

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
    let left = (draw.even?.() ?? draw.random()) * 100;
    const drawn = loads.findIndex((load) => {
      left -= load;
      return left < 0;
    });
    const first = targets[drawn] ?? targets[0];
    const rest = targets.filter((target) => target !== first);
    return { order: [first, ...rest].flatMap((target) => target?.id ?? []) };
  },
};

/**
 * The percentage of traffic of each level; they sum up to 100. Whole percents, as Envoy has them.
 * @param levels in order; one that does not say how many of its origins are healthy has all of them
 */
export function priorityLoads(levels: readonly Target[], overprovisioning_percent: number): number[] {
  const healths = levels.map(({ healthy = 1, total = 1 }) =>
    total === 0 ? 0 : Math.min(100, Math.floor((overprovisioning_percent * healthy) / total)),
  );
  const total = Math.min(
    100,
    healths.reduce((sum, health) => sum + health, 0),
  );
  if (total === 0) return healths.map((_, level) => (level === 0 ? 100 : 0));
  let left = 100;
  const loads = healths.map((health) => {
    const load = Math.min(left, Math.round((health * 100) / total));
    left -= load;
    return load;
  });
  // What rounding left over.
  const first = healths.findIndex((health) => health > 0);
  loads[first] = (loads[first] ?? 0) + left;
  return loads;
}
