import type { ExplainedOrigin, ExplainedPool } from '../../../shared/contracts/explain.ts';
import { stateOf } from '../../../shared/contracts/health.ts';
import type { Origin, Pool } from '../../../shared/model/config.ts';
import { poolsOf } from '../../../shared/model/effective.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { factsOf } from '../request/facts.ts';
import type { Rehearsal } from './rehearse.ts';

/** How the pools of a request's load balancer stand, and each of their origins. */
export async function poolsExplained(exchange: Exchange, rehearsal: Rehearsal): Promise<ExplainedPool[]> {
  const { balancer, rules, compiled, isolate } = exchange;
  const { document } = compiled;
  await rehearsal.ask({
    balancer: balancer.id,
    ...(rules && { rules }),
    facts: factsOf([], exchange),
    want: 1,
    config_version: document.version,
    health_version: isolate.health.current?.version ?? 0,
  });
  const standings = new Map(rehearsal.explained?.pools.map((standing) => [standing.id, standing]));
  return poolsOf(balancer).flatMap((id): ExplainedPool[] => {
    const pool = document.config.pools[id];
    if (pool === undefined) return [];
    const { out, tiers = [] } = standings.get(id) ?? {};
    const weights = new Map(tiers.flat().map((target) => [target.id, target.weight]));
    return [
      {
        id,
        is_fallback: id === balancer.fallback_pool,
        ...(out && { out }),
        origins: pool.origins.map((origin) =>
          originExplained(exchange, pool, origin, weights.get(origin.id)),
        ),
      },
    ];
  });
}

function originExplained(
  { isolate }: Exchange,
  pool: Pool,
  { id, enabled, state, weight }: Origin,
  effective_weight: number | undefined,
): ExplainedOrigin {
  const inflight = isolate.inflight.of(id);
  return {
    id,
    enabled,
    ...(state && { state }),
    health: pool.monitor === undefined ? 'unknown' : stateOf(isolate.health.current, id),
    weight,
    ...(effective_weight !== undefined && { effective_weight }),
    share: isolate.guards.outliers.share(id, isolate.now()),
    inflight,
    full: inflight >= (pool.circuit_breaker?.max_inflight ?? Number.POSITIVE_INFINITY),
  };
}
