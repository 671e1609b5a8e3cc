import { defined } from '../defined.ts';
import { bindingName, urlHost } from '../http/address.ts';
import { canonicalHost, canonicalPath } from '../http/host.ts';
import type { Balancer, Canary, Config, Origin, Pool, Trial } from '../model/config.ts';
import { originId } from '../model/ids.ts';
import { policyNamed } from '../strategies/strategies.ts';
import { runNow, type Steps, sliceBy } from '../time/steps.ts';
import { balancerId, type IdOf, idOfPools, poolId } from './ids.ts';
import { normaliseHealth, poolHealth } from './normalise_health.ts';
import { normaliseRules, poolsOfRules } from './normalise_rules.ts';
import { normaliseSession } from './normalise_session.ts';
import {
  normaliseHedging,
  normaliseMetrics,
  normaliseMirror,
  normaliseOutliers,
  normaliseRateLimit,
  normaliseRetry,
  normaliseShedding,
} from './normalise_traffic.ts';
import type { FilledBalancer, FilledConfig, FilledOrigin, FilledPool } from './schema.ts';
import { type FilledStrategyOptions, normaliseOptions } from './strategy_options.ts';

/** `local`: on a developer's machine, where origins speak plain HTTP and may be bare IP addresses. */
export type Profile = 'production' | 'local';

/** Origins and balancers that are normalised in one slice, which takes a few milliseconds. */
const SLICE_OBJECTS = 1_000;

/**
 * Turns a valid file into the form that Workers read: references are ids, defaults and policies are resolved, and durations are
 * milliseconds.
 * @param filled a configuration without errors ({@link file://./check.ts})
 */
export function normalise(filled: FilledConfig, options: { profile: Profile }): Config {
  return runNow(normaliseSteps(filled, options));
}

/** {@link normalise}, in slices. */
export function* normaliseSteps(filled: FilledConfig, { profile }: { profile: Profile }): Steps<Config> {
  const idOf = idOfPools(filled.pools);
  const isFull = sliceBy(SLICE_OBJECTS);
  const balancers: Balancer[] = [];
  for (const balancer of filled.load_balancers) {
    balancers.push(normaliseBalancer(balancer, idOf));
    if (isFull(1)) yield;
  }
  const pools: [string, Pool][] = [];
  for (const pool of filled.pools) {
    pools.push([poolId(pool), normalisePool(pool, profile)]);
    if (isFull(1 + pool.origins.length)) yield;
  }
  return { balancers, pools: Object.fromEntries(pools), ...normaliseHealth(filled, idOf) };
}

function normaliseBalancer(balancer: FilledBalancer, idOf: IdOf): Balancer {
  const path = canonicalPath(balancer.path);
  const resolved = (map: Readonly<Record<string, string[]>>) =>
    Object.fromEntries(Object.entries(map).map(([code, pools]) => [code, pools.map(idOf)]));
  const maps = {
    region_pools: resolved(balancer.region_pools),
    country_pools: resolved(balancer.country_pools),
    pop_pools: resolved(balancer.pop_pools),
  };
  const mapped = Object.values(maps).flatMap((map) => Object.values(map).flat());
  const default_pools = balancer.default_pools.map(idOf);
  const fallback_pool = balancer.fallback_pool ?? balancer.default_pools.at(-1) ?? '';
  const weights = new Map(
    Object.entries(balancer.random_steering.pool_weights).map(([pool, weight]) => [idOf(pool), weight]),
  );
  const used = new Set([
    ...default_pools,
    ...mapped,
    idOf(fallback_pool),
    ...poolsOfRules(balancer).map(idOf),
  ]);
  return {
    id: balancerId(balancer),
    host: canonicalHost(balancer.name),
    path,
    enabled: balancer.enabled,
    steering_policy: balancer.steering_policy || (mapped.length > 0 ? 'geo' : 'off'),
    ...trials(balancer.steering_canary, balancer.steering_shadow),
    default_pools,
    fallback_pool: idOf(fallback_pool),
    ...maps,
    pool_weights: Object.fromEntries(
      [...used].map((pool) => [pool, weights.get(pool) ?? balancer.random_steering.default_weight]),
    ),
    failover_across_pools: balancer.adaptive_routing.failover_across_pools,
    retry: normaliseRetry(balancer.retry),
    timeouts: balancer.timeouts,
    ...defined({
      steering_options: balancer.steering_options && normaliseOptions(balancer.steering_options),
      trusted_proxies: balancer.trusted_proxies.length === 0 ? undefined : balancer.trusted_proxies,
      rewrite_redirects: balancer.rewrite_redirects ? undefined : (false as const),
      session: normaliseSession(balancer, path),
      maintenance: balancer.maintenance,
      rate_limit: normaliseRateLimit(balancer.rate_limit),
      mirror: normaliseMirror(balancer.mirror, idOf),
    }),
    ...normaliseMetrics(balancer.metrics),
    ...normaliseHedging(balancer.hedging),
    ...normaliseRules({ balancer, path, idOf, pools: [...used] }),
  };
}

function normalisePool(pool: FilledPool, profile: Profile): Pool {
  const { latitude, longitude, cost, capacity, slow_start, circuit_breaker } = pool;
  const { policy, options } = pool.origin_steering;
  const { canary, shadow } = trials(pool.origin_steering.canary, pool.origin_steering.shadow);
  return {
    id: poolId(pool),
    enabled: pool.enabled,
    ...(pool.state === 'ready' ? {} : { state: pool.state }),
    origins: pool.origins.map((origin) => normaliseOrigin(origin, pool, profile)),
    minimum_origins: pool.minimum_origins,
    ...poolHealth(pool),
    origin_policy: policy,
    ...settledBy(policy),
    ...normaliseOutliers(pool.outlier_detection),
    ...defined({
      origin_options: options && normaliseOptions(options),
      canary: canary && { ...canary, ...settledBy(canary.policy) },
      panic_threshold_percent: pool.panic_threshold_percent || undefined,
      degraded_weight: pool.degraded_weight || undefined,
      load_shedding: normaliseShedding(pool.load_shedding),
      ...{ shadow, slow_start, circuit_breaker, cost, capacity },
    }),
    ...(latitude === undefined || longitude === undefined ? {} : { latitude, longitude }),
  };
}

/** A policy on trial as in a file. */
interface FilledTrial {
  policy: string;
  options?: FilledStrategyOptions | undefined;
}

function trials(
  canary: (FilledTrial & Pick<Canary, 'percent' | 'sticky'>) | undefined,
  shadow: FilledTrial | undefined,
): { canary?: Canary; shadow?: Trial } {
  const trial = ({ policy, options }: FilledTrial): Trial => ({
    policy,
    ...defined({ options: options && normaliseOptions(options) }),
  });
  return defined({
    canary: canary && { ...trial(canary), percent: canary.percent, sticky: canary.sticky },
    shadow: shadow && trial(shadow),
  });
}

function settledBy(policy: string): Pick<Pool, 'settled_by'> {
  return defined({ settled_by: policyNamed(policy)?.settled_by });
}

function normaliseOrigin(origin: FilledOrigin, pool: FilledPool, profile: Profile): Origin {
  const { port, header } = origin;
  const address = canonicalHost(origin.address);
  const hosts = Object.entries(header).flatMap(([name, list]) => (name.toLowerCase() === 'host' ? list : []));
  return {
    id: originId(poolId(pool), origin.name),
    name: origin.name,
    address,
    url: `${originScheme(origin, profile)}://${urlHost(address)}${port === 0 ? '' : `:${port}`}`,
    ...defined({ host: hosts[0] }),
    proxy: bindingName('PROXY', origin.proxy ?? pool.proxy),
    enabled: origin.enabled,
    ...(origin.state === 'ready' ? {} : { state: origin.state }),
    weight: origin.weight,
  };
}

/** The protocol of an origin's traffic. */
export function originScheme(
  { port, scheme }: Pick<FilledOrigin, 'port' | 'scheme'>,
  profile: Profile,
): 'http' | 'https' {
  if (scheme !== 'auto') return scheme;
  return port === 80 || profile === 'local' ? 'http' : 'https';
}
