import { sumOf } from './share_at.ts';

/** A priority level. */
export interface Level {
  /** How many origins can serve, and how many are enabled. Absent: all can serve. */
  healthy?: number;
  total?: number;
}

/**
 * The share of traffic of each priority level as Envoy computes it, in whole percent. The sum is 100.
 * @param levels in order of priority
 */
export function priorityLoads(levels: readonly Level[], overprovisioning_percent: number): number[] {
  const healths = levels.map(({ healthy = 1, total = 1 }) =>
    total === 0 ? 0 : Math.min(100, Math.floor((overprovisioning_percent * healthy) / total)),
  );
  const total = Math.min(100, sumOf(healths));
  if (total === 0) return healths.map((_, level) => (level === 0 ? 100 : 0));
  let left = 100;
  const loads = healths.map((health) => {
    const load = Math.min(left, Math.round((health * 100) / total));
    left -= load;
    return load;
  });
  // Rounding may leave a remainder.
  const first = healths.findIndex((health) => health > 0);
  loads[first] = (loads[first] ?? 0) + left;
  return loads;
}
