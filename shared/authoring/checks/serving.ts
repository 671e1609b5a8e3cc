import { canonicalHost } from '../../http/host.ts';
import { constantOf, parseCondition } from '../../rules/condition.ts';
import { type DraftBalancer, type DraftConfig, type DraftPool, items, placed } from '../draft.ts';
import { error, forceableError, type Path, type Problem, shown, warning } from '../problem.ts';
import { mappedPools } from './pool_choice.ts';
import { canServe, canServeAsFallback, countingOrigins, poolFinder } from './pools.ts';

type DraftRule = NonNullable<NonNullable<DraftBalancer['rules']>[number]>;

/** Pools that cannot serve, and load balancers without a pool that can. */
export function* serving(config: DraftConfig): Generator<Problem> {
  for (const [path, pool] of placed(config.pools, 'pools')) yield* idle(pool, path);
  for (const [path, balancer] of placed(config.load_balancers, 'load_balancers'))
    yield* unserved(balancer, config, path);
  if (config.load_balancers?.length === 0)
    yield warning(['load_balancers'], 'the list is empty, so every request gets 404; add a load balancer');
}

function* idle(pool: DraftPool, path: Path): Generator<Problem> {
  const { enabled, state = 'ready', origins, minimum_origins = 0 } = pool;
  if (enabled === false || state !== 'ready' || origins === undefined) return;
  const counting = countingOrigins(pool);
  const place = [...path, 'origins'];
  if (origins.length === 0) yield warning(place, 'the list is empty, so the pool is down; add an origin');
  else if (origins.every((origin) => origin?.enabled === false))
    yield warning(place, 'no origin is enabled, so the pool is down; enable one');
  else if (origins.every((origin) => origin?.weight === 0))
    yield warning(place, 'every `weight` is 0, so the pool gets no new requests; set one above 0');
  if (counting.length > 0 && minimum_origins > counting.length)
    yield warning(
      [...path, 'minimum_origins'],
      `got ${minimum_origins}, but the pool has ${counting.length} enabled origin${counting.length === 1 ? '' : 's'}, ` +
        'so it is always down and serves only as a fallback pool; lower it',
    );
}

function* unserved(balancer: DraftBalancer, config: DraftConfig, path: Path): Generator<Problem> {
  const { default_pools, fallback_pool, rules, pool_sets, session_affinity = 'none' } = balancer;
  if (balancer.enabled === false || balancer.maintenance?.enabled === true) return;
  if (default_pools === undefined || default_pools.includes(undefined)) return;
  const find = poolFinder(config);
  const last = fallback_pool ?? default_pools.at(-1);
  const found = [...default_pools, ...mappedPools(balancer)].map((name) => find(name ?? ''));
  const fallback = find(last ?? '');
  // A reference to a missing pool has its own error.
  if (fallback === undefined || found.includes(undefined)) return;
  const some = found.some((pool) => pool !== undefined && canServe(pool));
  const place = [...path, 'default_pools'];
  if (canServeAsFallback(fallback)) {
    const so = 'none of these pools can serve, so everything goes to the fallback pool; enable one';
    if (!some) yield warning(place, so);
    return;
  }
  const useless = 'this pool cannot serve, so it is no last resort; name another';
  if (some && fallback_pool !== undefined && fallback.state === 'ready')
    yield warning([...path, 'fallback_pool'], useless);
  if (some) return;
  const message =
    'no pool can serve: each is disabled, in drain or in maintenance, or has no ready origin with a `weight` above 0';
  const pinned =
    !['', 'none'].includes(session_affinity) && [...found, fallback].some((pool) => pool?.state === 'drain');
  const ruled =
    items(rules).some(
      (rule) =>
        (rule.fixed_response ?? rule.overrides?.default_pools ?? rule.overrides?.pools) && mayApply(rule),
    ) || items(pool_sets).some((set) => (set.fixed_response ?? set.overrides?.pools) && !set.disabled);
  yield pinned || ruled
    ? warning(place, `${message}; only sessions, pool sets and rules get an answer`)
    : forceableError(place, `${message}; keep one ready`);
}

function mayApply({ condition = '', disabled }: DraftRule): boolean {
  const { expression } = parseCondition(condition);
  return disabled !== true && (expression === undefined || constantOf(expression) !== false);
}

/** Hosts of load balancers that no request can name. */
export function* hosts(config: DraftConfig): Generator<Problem> {
  for (const [path, { name }] of placed(config.load_balancers, 'load_balancers'))
    if (name !== undefined && !/^[\x20-\x7e]*$/.test(canonicalHost(name)))
      yield error(
        [...path, 'name'],
        `got ${shown(name)}, which Punycode cannot express, so no request can name it; correct it`,
      );
}
