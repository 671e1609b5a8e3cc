import * as v from 'valibot';
import { poolState } from '../../../../shared/balancing/pool_state.ts';
import {
  type HealthDocument,
  isStale,
  type OriginState,
  stateOf,
} from '../../../../shared/contracts/health.ts';
import type { ApiObject } from '../../../../shared/contracts/history.ts';
import { readHealthOnly } from '../../documents.ts';
import type { Route } from '../route.ts';
import { objectWith, requireOwn } from './own_ids.ts';
import { type OriginResult, originsOf } from './pool_origins.ts';

export const OriginHealthSchema = v.record(
  v.string(),
  v.object({
    healthy: v.boolean(),
    failure_reason: v.string(),
    rtt: v.optional(v.string()),
    response_code: v.optional(v.number()),
  }),
);

/** The health of a pool as seen from one place. */
interface PlaceHealth {
  healthy: boolean;
  origins: Record<string, OriginResult>[];
}

/**
 * The health of a pool as Cloudflare's API writes it. Its `pop_health` has data centres there; here it has the places that probe:
 * location hints such as `weur`, or `default`.
 * @param health undefined: nothing is known
 * @param now milliseconds since the epoch
 * @returns empty if the pool has no monitor, or no origin of it was judged, or the document is too old to be trusted
 */
export function popHealth(
  pool: ApiObject,
  health: HealthDocument | undefined,
  now: number,
): Record<string, PlaceHealth> {
  const { monitor, monitor_group, minimum_origins } = pool.value;
  if ((monitor ?? monitor_group ?? '') === '' || health === undefined || isStale(health, now)) return {};
  const origins = originsOf(pool).map((origin) => {
    const known = health.origins[origin.id];
    return { ...origin, known, state: stateOf(health, origin.id) };
  });
  if (origins.every(({ state }) => state === 'unknown')) return {};
  const places = new Set(
    origins.flatMap(({ known }) => [
      ...Object.keys(known?.regions ?? {}),
      ...Object.keys(known?.rtt_ms ?? {}),
    ]),
  );
  if (places.size === 0) places.add('default');
  const minimum = typeof minimum_origins === 'number' ? minimum_origins : 1;
  return Object.fromEntries(
    [...places].sort().map((place) => {
      const seen = origins.map((each) => ({ ...each, state: each.known?.regions?.[place] ?? each.state }));
      const counting = seen.filter(({ counts }) => counts).map(({ state }) => state);
      return [
        place,
        {
          healthy: poolState(counting, minimum) !== 'critical',
          origins: seen.map(({ address, state, known }) => ({
            [address]: originHealth(state, known?.rtt_ms[place], known?.reason),
          })),
        },
      ];
    }),
  );
}

/** An unknown origin serves, as at the gateway. */
function originHealth(
  state: OriginState,
  rtt_ms: number | undefined,
  reason: string | undefined,
): OriginResult {
  const failed = state === 'down';
  return {
    healthy: !failed,
    failure_reason: failed ? (reason ?? 'other') : 'No failures',
    ...(rtt_ms === undefined ? {} : { rtt: `${rtt_ms}ms` }),
  };
}

export const HEALTH_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/client/v4/accounts/:account_id/load_balancers/pools/:pool_id/health',
    scope: 'read',
    summary:
      'Shows the health of a pool, by the place that probes. Empty: it has no monitor, or nothing is known yet.',
    tag: 'pools',
    result: v.object({
      pool_id: v.string(),
      pop_health: v.record(
        v.string(),
        v.object({ healthy: v.boolean(), origins: v.array(OriginHealthSchema) }),
      ),
    }),
    async handle({ env, history, now, params, request }) {
      requireOwn(env, params, request);
      const pool = objectWith(await history.list('pools'), params['pool_id'], request);
      const health = await readHealthOnly(env.KV, env.OPERATOR);
      return { result: { pool_id: pool.id, pop_health: popHealth(pool, health, now) } };
    },
  },
];
