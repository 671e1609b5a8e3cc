import type { Balancer } from '../model/config.ts';
import { poolsWithRules } from '../model/effective.ts';
import { balancerId } from './ids.ts';
import { leavesPolicyOpen, liftPoolSets, liftRules } from './lift_rules.ts';
import { liftSession } from './lift_session.ts';
import { liftCanary, liftOptions, liftShadow, liftWeights } from './lift_steering.ts';
import { liftMetrics, liftRateLimit, liftRetry } from './lift_traffic.ts';
import type { FileBalancer, FileRule } from './schema.ts';

/** The inverse of normaliseBalancer(). @param pools ids of all pools of the configuration */
export function liftBalancer(balancer: Balancer, pools: ReadonlySet<string>): FileBalancer {
  const { id, host: name, path, enabled, default_pools, fallback_pool } = balancer;
  const { region_pools = {}, country_pools = {}, pop_pools = {}, timeouts, hedging } = balancer;
  const { trusted_proxies, rewrite_redirects, maintenance, mirror } = balancer;
  return {
    id: id === balancerId({ name, path }) ? undefined : id,
    ...{ name, path, enabled, default_pools },
    fallback_pool: fallback_pool === default_pools.at(-1) ? undefined : fallback_pool,
    steering_policy: policyOf(balancer),
    steering_options: liftOptions(balancer.steering_options),
    steering_canary: liftCanary(balancer.canary),
    steering_shadow: liftShadow(balancer.shadow),
    ...{ region_pools, country_pools, pop_pools },
    random_steering: liftWeights(balancer.pool_weights ?? {}, pools),
    adaptive_routing: { failover_across_pools: balancer.failover_across_pools },
    retry: liftRetry(balancer.retry),
    ...{ timeouts, trusted_proxies, rewrite_redirects, maintenance, mirror, hedging },
    ...liftSession(balancer.session),
    rate_limit: liftRateLimit(balancer.rate_limit),
    metrics: liftMetrics(balancer.metrics),
    rules: [...liftRules(balancer, pools), ...lostRules(balancer, pools)],
    pool_sets: liftPoolSets(balancer, pools),
  };
}

/** The policy, or undefined if it is the one that an empty policy means. */
function policyOf({ steering_policy, rules = [], ...balancer }: Balancer): string | undefined {
  const { region_pools = {}, country_pools = {}, pop_pools = {} } = balancer;
  const mapped = [region_pools, country_pools, pop_pools].some((map) => Object.values(map).flat().length > 0);
  const implied = steering_policy === (mapped ? 'geo' : 'off');
  return implied && !rules.some(leavesPolicyOpen) ? undefined : steering_policy;
}

/** Rules that never apply are not in a normalised configuration, but it has weights of their pools. One rule stands for them. */
function lostRules(balancer: Balancer, pools: ReadonlySet<string>): FileRule[] {
  const used = new Set(poolsWithRules(balancer));
  const lost = Object.keys(balancer.pool_weights ?? {}).filter((pool) => pools.has(pool) && !used.has(pool));
  if (lost.length === 0) return [];
  const overrides = { default_pools: lost, steering_policy: 'off' };
  return [{ name: 'pools of rules that never apply', disabled: true, overrides }];
}
