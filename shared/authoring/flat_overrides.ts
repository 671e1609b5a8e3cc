/** The form of pools and weights in pool sets, and since 2026 in overrides of rules. */
interface Flat<Pools, Weights> {
  pools?: Pools;
  pool_weights?: Weights;
  pool_default_weight?: number | undefined;
}

/** The form of a load balancer. */
interface InFull<Pools, Weights> {
  default_pools?: Pools;
  random_steering?: { pool_weights: Weights; default_weight: number };
}

/**
 * Rewrites `pools`, `pool_weights` and `pool_default_weight` of overrides as `default_pools` and `random_steering`, so that
 * later code knows one form. `{ pools: ['eu'] }` -> `{ default_pools: ['eu'] }`
 */
export function inFull<Pools, Weights, Rest extends object>(
  overrides: Rest & Flat<Pools, Weights>,
): Omit<Rest, keyof Flat<Pools, Weights>> & InFull<Pools, NonNullable<Weights> | Record<string, never>> {
  const { pools, pool_weights, pool_default_weight, ...rest } = overrides;
  return {
    ...rest,
    ...(pools === undefined ? {} : { default_pools: pools }),
    ...(pool_weights === undefined && pool_default_weight === undefined
      ? {}
      : { random_steering: { pool_weights: pool_weights ?? {}, default_weight: pool_default_weight ?? 1 } }),
  };
}
