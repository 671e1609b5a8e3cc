/** What a level's load depends on. */
export interface Level {
  /** Origins that can serve, and all that are enabled. Absent: all can. */
  healthy?: number;
  total?: number;
}

/**
 * The percentage of traffic of each priority level, as Envoy computes it; they sum up to 100. Whole percents, as Envoy
 * has them.
 * @param levels in order; one that does not say how many of its origins are healthy has all of them
 */
export function priorityLoads(levels: readonly Level[], overprovisioning_percent: number): number[] {
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
  // The rest that rounding left over.
  const first = healths.findIndex((health) => health > 0);
  loads[first] = (loads[first] ?? 0) + left;
  return loads;
}
