import type { Target } from './strategy.ts';

/**
 * Marks every target that has the host and port of an earlier one. Strategies that name targets by address give such a target a
 * name of its own. The selector marks targets among all origins of a pool (candidates.ts), so that names do not change with
 * health. Lists from a simulation or a test are marked here.
 */
export function withTwins(targets: readonly Target[]): readonly Target[] {
  const seen = new Set<string>();
  return targets.map((target) => {
    const { host, port = 0, twin } = target;
    if (host === undefined || twin) return target;
    const name = `${host}:${port}`;
    if (seen.has(name)) return { ...target, twin: true };
    seen.add(name);
    return target;
  });
}
