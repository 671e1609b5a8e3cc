import { scriptName } from '../../contracts/scripts.ts';
import { isCountry } from '../../geo/regions.ts';
import { hasNeed, POLICIES, policyNamed } from '../../strategies/strategies.ts';
import { type DraftBalancer, type DraftConfig, items, placed } from '../draft.ts';
import { inFull } from '../flat_overrides.ts';
import { type Path, type Problem, shown, warning } from '../problem.ts';
import { poolFinder } from './pools.ts';

export const POOL_MAPS = ['region_pools', 'country_pools', 'pop_pools'] as const;

/** Codes that are taken for a country's, and the country's. */
const MEANT: Readonly<Record<string, string>> = { EL: 'GR', EN: 'GB', UK: 'GB' };

/** The fields by which a pool is chosen, as a balancer has them and as a rule may override them. */
export type PoolFields = Pick<
  DraftBalancer,
  | 'adaptive_routing'
  | 'country_pools'
  | 'default_pools'
  | 'fallback_pool'
  | 'pop_pools'
  | 'random_steering'
  | 'region_pools'
  | 'pool_sets'
  | 'rules'
  | 'steering_policy'
>;

/** Pools that the maps of a balancer or of a rule name. */
export function mappedPools(fields: PoolFields): (string | undefined)[] {
  return POOL_MAPS.flatMap((map) => Object.values(fields[map] ?? {}).flatMap((list) => list ?? []));
}

/** Every pool that a balancer names, in its pool sets, its rules and its mirror too. */
export function namedPools(fields: PoolFields & Pick<DraftBalancer, 'mirror'>): (string | undefined)[] {
  const { default_pools = [], fallback_pool, mirror, pool_sets, rules } = fields;
  const ruled = [...items(pool_sets), ...items(rules)].flatMap(({ overrides }) =>
    overrides ? namedPools(inFull(overrides)) : [],
  );
  return [...default_pools, fallback_pool, mirror?.pool, ...mappedPools(fields), ...ruled];
}

/** Whether a policy weighs pools. Only a script knows whether it does, so it may. */
export function weighsPools(policy: string): boolean {
  return policyNamed(policy)?.weighted || scriptName(policy) !== undefined;
}

/** The choice of pools at one place, with the configuration around it. */
interface PoolChoice {
  /** The fields at `path` itself. */
  own: PoolFields;
  /** All fields that then hold: the same for a balancer; for a rule, those of its balancer behind its own. */
  held: PoolFields;
  /** Policies that choose by them. */
  policies: readonly string[];
  config: DraftConfig;
  path: Path;
}

/** A choice of pools that is less than it seems. */
export function* poolChoice(choice: PoolChoice): Generator<Problem> {
  const { own, held, policies, config, path } = choice;
  yield* lists(own, config, path);
  const policy = own.steering_policy;
  if (hasNeed(policy, 'pool_maps') && hasNoMap(held))
    yield warning(
      [...path, 'steering_policy'],
      `"${policy}" without \`region_pools\`, \`country_pools\` or \`pop_pools\` knows \`default_pools\` alone; set one of them`,
    );
  if (policies.some(weighsPools)) yield* weights(choice);
  const measured = policies.find((policy) => hasNeed(policy, 'probes'));
  if (measured !== undefined && (own.steering_policy ?? own.default_pools) !== undefined)
    yield* unmeasured(measured, choice);
  const pools = new Set([...(held.default_pools ?? []), held.fallback_pool, ...mappedPools(held)]);
  pools.delete(undefined);
  if (own.adaptive_routing?.failover_across_pools && pools.size === 1)
    yield warning(
      [...path, 'adaptive_routing', 'failover_across_pools'],
      'has no effect: there is only one pool',
    );
}

/** A list or a map that could not be read may name pools. */
function hasNoMap(fields: PoolFields): boolean {
  const maps = POOL_MAPS.map((map) => fields[map]);
  return maps.every((map) => map !== undefined && Object.values(map).every((list) => list?.length === 0));
}

/** Pool maps that none of the policies reads. */
export function* unreadMaps(own: PoolFields, policies: readonly string[], path: Path): Generator<Problem> {
  if (policies.includes('') || policies.some((policy) => hasNeed(policy, 'pool_maps'))) return;
  const readers = POLICIES.filter(({ needs }) => needs?.includes('pool_maps')).map(({ name }) => `"${name}"`);
  for (const map of POOL_MAPS)
    if (Object.keys(own[map] ?? {}).length > 0)
      yield warning(
        [...path, map],
        `has no effect: \`steering_policy\` "${policies[0]}" does not read it, ${readers.join(', ')} does`,
      );
}

/** Lists of pools that name one twice or none, and countries that there are not. */
function* lists(own: PoolFields, config: DraftConfig, path: Path): Generator<Problem> {
  yield* twice(own.default_pools, config, [...path, 'default_pools']);
  for (const map of POOL_MAPS)
    for (const [code, list] of Object.entries(own[map] ?? {})) {
      const place = [...path, map, code];
      if (list?.length === 0) yield warning(place, 'has no effect: it names no pool');
      if (map === 'country_pools' && list !== undefined) yield* unknownCountry(code, place);
      yield* twice(list, config, place);
    }
}

/** A code that is no country's. */
export function* unknownCountry(code: string, path: Path): Generator<Problem> {
  if (isCountry(code)) return;
  const meant = MEANT[code];
  const so = meant ? `; did you mean "${meant}"?` : '';
  yield warning(path, `no request matches ${shown(code)}, which is no country code of ISO 3166-1${so}`);
}

function* twice(
  list: readonly (string | undefined)[] | undefined,
  config: DraftConfig,
  path: Path,
): Generator<Problem> {
  const find = poolFinder(config);
  const seen = new Set<unknown>();
  for (const [at, name] of placed(list, ...path)) {
    const pool = find(name);
    if (pool !== undefined && seen.has(pool))
      yield warning(at, `${shown(name)} is in this list already; only its first place counts`);
    seen.add(pool);
  }
}

function* weights({ own, held, policies, config, path }: PoolChoice): Generator<Problem> {
  const find = poolFinder(config);
  const { default_weight = 1, pool_weights = {} } = held.random_steering ?? {};
  const used = namedPools(held).map((name) => find(name ?? ''));
  const given = new Map<unknown, number | undefined>();
  for (const [name, weight] of Object.entries(pool_weights)) {
    const pool = find(name);
    const place = [...path, 'random_steering', 'pool_weights', name];
    if (own.random_steering !== undefined && pool !== undefined) {
      if (given.has(pool))
        yield warning(place, 'this pool has a weight already, by its id or its name; remove one');
      else if (!used.includes(pool))
        yield warning(place, 'has no effect: this load balancer does not use the pool');
    }
    given.set(pool, weight);
  }
  const pools = (held.default_pools ?? []).map((name) => find(name ?? ''));
  const all = pools.map((pool) => (given.has(pool) ? given.get(pool) : default_weight));
  if (all.length > 0 && all.every((weight) => weight === 0) && policies.every(weighsPools))
    yield warning(
      [...path, own.random_steering === undefined ? 'steering_policy' : 'random_steering'],
      'every pool of `default_pools` has weight 0, so everything goes to the fallback pool; set one above 0',
    );
}

function* unmeasured(policy: string, { own, held, config, path }: PoolChoice): Generator<Problem> {
  const find = poolFinder(config);
  const names = items(held.default_pools).filter((name) => {
    const pool = find(name);
    return pool !== undefined && pool.monitor === undefined && pool.monitor_group === undefined;
  });
  if (names.length === 0) return;
  yield warning(
    [...path, own.steering_policy === undefined ? 'default_pools' : 'steering_policy'],
    `"${policy}" knows no latency of ${names.join(', ')}, which stand last: give each pool a \`monitor\``,
  );
}
