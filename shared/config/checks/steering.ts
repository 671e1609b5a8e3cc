import { scriptName } from '../../contracts/scripts.ts';
import { type DraftBalancer, type DraftConfig, type DraftPool, present } from '../draft.ts';
import { error, type Path, type Problem, warning } from '../problem.ts';

const POOL_MAPS = ['region_pools', 'country_pools', 'pop_pools'] as const;
/** Policies that weigh pools. */
const WEIGHING: readonly string[] = [
  'random',
  'round_robin',
  'least_outstanding_requests',
  'least_connections',
  'hash',
];

/** Policies and what they need; fields that the chosen policy does not read. */
export function* steering(config: DraftConfig): Generator<Problem> {
  for (const [index, pool] of present(config.pools)) {
    if ((pool.latitude === undefined) === (pool.longitude === undefined)) continue;
    const [there, lacking] =
      pool.latitude === undefined ? ['longitude', 'latitude'] : ['latitude', 'longitude'];
    yield error(['pools', index, there], `without \`${lacking}\`; set both or neither`);
  }
  for (const [index, { origin_steering }] of present(config.pools)) {
    const policy = origin_steering?.shadow?.policy;
    if (policy === 'weighted_by_load' || policy === 'prequal')
      yield warning(
        ['pools', index, 'origin_steering', 'shadow', 'policy'],
        `has no effect: "${policy}" counts what it chooses, which a shadow must not; try it as a \`canary\``,
      );
  }
  for (const [index, balancer] of present(config.load_balancers)) {
    const path = ['load_balancers', index];
    for (const [field, policy] of policiesOf(balancer))
      if (policy === 'proximity') yield* coordinates(balancer, field, config.pools ?? [], path);
    yield* unread(balancer, path);
  }
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
 * Pools that `proximity` would choose among and that are nowhere.
 * @param field that names the policy
 * @param path of the object that lists the pools
 */
export function* coordinates(
  balancer: Pick<DraftBalancer, 'default_pools'>,
  field: string,
  pools: DraftConfig['pools'],
  path: Path,
): Generator<Problem> {
  for (const [index, reference] of present(balancer.default_pools)) {
    const pool = [...present(pools)].map(([, each]) => each).find((each) => isNamed(each, reference));
    if (pool !== undefined && pool.latitude === undefined && pool.longitude === undefined)
      yield error(
        [...path, 'default_pools', index],
        `pool "${reference}" has no coordinates, which \`${field}\` "proximity" needs; set \`latitude\` and ` +
          '`longitude` of the pool',
      );
  }
}

function isNamed(pool: DraftPool, reference: string): boolean {
  return pool.id === reference || pool.name === reference;
}

/** What no policy of a balancer reads, neither the live one nor one on trial. */
function* unread(balancer: DraftBalancer, path: Path): Generator<Problem> {
  const policy = balancer.steering_policy;
  if (policy === undefined) return;
  const policies = policiesOf(balancer).flatMap(([, each]) => each ?? []);
  for (const field of POOL_MAPS)
    if (!policies.includes('') && !policies.includes('geo') && Object.keys(balancer[field] ?? {}).length > 0)
      yield warning(
        [...path, field],
        `has no effect: \`steering_policy\` "${policy}" does not read it, "geo" does`,
      );
  const weights = Object.keys(balancer.random_steering?.pool_weights ?? {});
  // Whether a script weighs pools is known to the script.
  const weighs = policies.some((each) => WEIGHING.includes(each) || scriptName(each) !== undefined);
  if (weights.length > 0 && !weighs)
    yield warning(
      [...path, 'random_steering', 'pool_weights'],
      `has no effect: \`steering_policy\` "${policy}" does not weigh pools`,
    );
}
