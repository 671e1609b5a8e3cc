import { hasNeed, policyNamed } from '../../strategies/strategies.ts';
import { type DraftBalancer, type DraftConfig, placed } from '../draft.ts';
import { error, type Path, type Problem, warning } from '../problem.ts';
import { poolChoice, unreadMaps, weighsPools } from './pool_choice.ts';
import { poolFinder } from './pools.ts';

/** Policies and what they need; fields that the chosen policy does not read. */
export function* steering(config: DraftConfig): Generator<Problem> {
  for (const [path, { latitude, longitude, origin_steering }] of placed(config.pools, 'pools')) {
    const [there, lacking] = latitude === undefined ? ['longitude', 'latitude'] : ['latitude', 'longitude'];
    if ((latitude === undefined) !== (longitude === undefined))
      yield error([...path, there], `without \`${lacking}\`; set both or neither`);
    const place = [...path, 'origin_steering'];
    yield* unasked(origin_steering?.canary, [...place, 'canary', 'percent']);
    const policy = origin_steering?.shadow?.policy;
    if (policyNamed(policy)?.counts_choice)
      yield warning(
        [...place, 'shadow', 'policy'],
        `has no effect: "${policy}" counts what it chooses, which a shadow must not; try it as a \`canary\``,
      );
  }
  for (const [path, balancer] of placed(config.load_balancers, 'load_balancers')) {
    const policies = policiesOf(balancer).flatMap(([, policy]) => policy ?? []);
    for (const [field, policy] of policiesOf(balancer))
      yield* coordinates(balancer.default_pools, field, policy, config, path);
    yield* unasked(balancer.steering_canary, [...path, 'steering_canary', 'percent']);
    yield* unread(balancer, policies, path);
    yield* poolChoice({ own: balancer, held: balancer, policies, config, path });
  }
}

function* unasked(
  canary: { readonly percent?: number | undefined } | undefined,
  path: Path,
): Generator<Problem> {
  if (canary?.percent === 0) yield warning(path, 'a canary of 0 % decides nothing; set a share or remove it');
}

/** The policies that a balancer asks, with the fields that name them. */
function policiesOf({ steering_policy, steering_canary, steering_shadow }: DraftBalancer) {
  return [
    ['steering_policy', steering_policy],
    ['steering_canary', steering_canary?.policy],
    ['steering_shadow', steering_shadow?.policy],
  ] as const;
}

/**
 * Finds pools without coordinates, if the policy uses them.
 * @param field the field that names the policy
 * @param path of the object that lists the pools
 */
export function* coordinates(
  pools: DraftBalancer['default_pools'],
  field: string,
  policy: string | undefined,
  config: DraftConfig,
  path: Path,
): Generator<Problem> {
  if (!hasNeed(policy, 'coordinates')) return;
  for (const [at, reference] of placed(pools, ...path, 'default_pools')) {
    const pool = poolFinder(config)(reference);
    if (pool !== undefined && pool.latitude === undefined && pool.longitude === undefined)
      yield error(
        at,
        `pool "${reference}" has no coordinates, which \`${field}\` "${policy}" needs; set \`latitude\` and ` +
          '`longitude` of the pool',
      );
  }
}

/** Settings that no policy of a balancer reads, neither the live one nor one on trial. */
function* unread(balancer: DraftBalancer, policies: readonly string[], path: Path): Generator<Problem> {
  const policy = balancer.steering_policy;
  if (policy === undefined) return;
  yield* unreadMaps(balancer, policies, path);
  const weights = Object.keys(balancer.random_steering?.pool_weights ?? {});
  if (weights.length > 0 && !policies.some(weighsPools))
    yield warning(
      [...path, 'random_steering', 'pool_weights'],
      `has no effect: \`steering_policy\` "${policy}" does not weigh pools`,
    );
}
