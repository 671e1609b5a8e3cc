import type { Canary, SteeringOptions, Trial } from '../model/config.ts';
import { OPTIONS } from '../strategies/strategies.ts';
import type { FileBalancer } from './schema.ts';

// The inverse of how normalise.ts fills in policies, their options and weights.

type FileOptions = FileBalancer['steering_options'];
type FileWeights = NonNullable<FileBalancer['random_steering']>;

/** Options of a policy. Those that this version does not know are left out. */
export function liftOptions(options: SteeringOptions | undefined): FileOptions {
  if (options === undefined) return undefined;
  const known = Object.keys(OPTIONS).map((name) => [name, options[name]] as const);
  return Object.fromEntries(known.filter(([, value]) => value !== undefined)) as FileOptions;
}

export function liftShadow(trial: Trial | undefined) {
  return trial && { policy: trial.policy, options: liftOptions(trial.options) };
}

export function liftCanary(canary: Canary | undefined) {
  if (canary === undefined) return undefined;
  const { policy, percent, sticky, options } = canary;
  return { policy, percent, sticky, options: liftOptions(options) };
}

/**
 * Weights of pools, written as the most common one and the exceptions.
 * @param pools ids of all pools of the configuration
 */
export function liftWeights(
  weights: Readonly<Record<string, number>>,
  pools: ReadonlySet<string>,
): Required<FileWeights> {
  const default_weight = mostCommon(Object.values(weights));
  const others = Object.entries(weights).filter(
    ([pool, weight]) => weight !== default_weight && pools.has(pool),
  );
  return { default_weight, pool_weights: Object.fromEntries(others) };
}

/** 1, the default, unless another weight is more frequent and occurs twice at least. */
function mostCommon(weights: readonly number[]): number {
  const counts = new Map([[1, 1]]);
  for (const weight of weights) counts.set(weight, (counts.get(weight) ?? 0) + 1);
  return [...counts].reduce((best, each) => (each[1] > best[1] ? each : best))[0];
}
