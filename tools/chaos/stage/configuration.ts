import type { ConfigFile } from '../../../shared/authoring/schema.ts';
import type { Config } from '../../../shared/model/config.ts';
import { configFrom } from '../../harness/config.ts';
import { CLOSED } from '../content.ts';
import { KINDS } from '../kinds.ts';
import { KEY_HEADER, LANE_HEADER, LANES, MIRROR_POOL } from '../lanes.ts';

/** Time until response headers. A slow origin answers in less, even on a busy machine. */
const FIRST_BYTE_MS = 2_500;
/** More than any request takes. */
const TOTAL_MS = 25_000;
/** Less than a slow origin takes, so that its requests are hedged. */
const HEDGE_MS = 600;

/** The four pools of four origins that get faults. The ids of origins are `POOL/NAME`. */
export const POOLS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  ['a', 'b', 'c', 'd'].map((pool) => [pool, ['1', '2', '3', '4'].map((name) => `${pool}/${name}`)]),
);

/** The origin that gets the mirror's copies. It has no faults. */
export const MIRROR_ORIGIN = `${MIRROR_POOL}/1`;

type FilePool = NonNullable<ConfigFile['pools']>[number];

/** One policy of each family, by pool: round robin, in-flight counts, latencies, and a key. */
const POLICIES: Readonly<Record<string, FilePool['origin_steering']>> = {
  a: { policy: 'round_robin' },
  b: { policy: 'least_outstanding_requests' },
  c: { policy: 'peak_ewma' },
  d: { policy: 'hash', options: { key: [`header:${KEY_HEADER}`] } },
};

/**
 * The configuration: a balancer for each kind of traffic, with a first pool and others for failover.
 * @param ports by id of the origin
 * @param drained ids of origins in drain
 * @param version every second version has another content than the one before, so readers need another body
 */
export function configuration(
  ports: ReadonlyMap<string, number>,
  drained: ReadonlySet<string>,
  version = 0,
): Config {
  const origin = (id: string) => ({
    name: id.slice(id.indexOf('/') + 1),
    address: '127.0.0.1',
    port: ports.get(id) ?? 0,
    state: drained.has(id) ? ('drain' as const) : ('ready' as const),
  });
  return configFrom({
    load_balancers: balancers(TOTAL_MS + (version >> 1)),
    pools: [
      ...Object.entries(POLICIES).map(([name, origin_steering]) => ({
        name,
        monitor: 'health',
        origin_steering,
        // A fifth of the default, because faults here are shorter than in production.
        outlier_detection: { base_ejection_s: 6, max_ejection_s: 60 },
        circuit_breaker: { max_inflight: 200, max_queue: 50 },
        slow_start: { window_s: 3 },
        origins: (POOLS[name] ?? []).map(origin),
      })),
      { name: MIRROR_POOL, monitor: 'health', origins: [origin(MIRROR_ORIGIN)] },
    ],
    monitors: [
      {
        id: 'health',
        path: '/health',
        interval: 5,
        timeout: 2,
        retries: 0,
        consecutive_up: 1,
        consecutive_down: 1,
      },
    ],
  });
}

function balancers(total_ms: number): NonNullable<ConfigFile['load_balancers']> {
  const balancer = (path: string, default_pools: string[]) => ({
    name: '*',
    path,
    default_pools,
    adaptive_routing: { failover_across_pools: true },
    // Three of four origins may be broken at once, and others may break while a request is under way.
    retry: { attempts: 6 },
    timeouts: { first_byte_ms: FIRST_BYTE_MS, total_ms, idle_ms: 20_000 },
  });
  const hedging = { after_ms: HEDGE_MS };
  return [
    { ...balancer('/files', ['a', 'b', 'c']), hedging },
    // All requests here are POST, so hedging must never apply.
    { ...balancer('/orders', ['b', 'c', 'a']), hedging },
    balancer('/records', ['c', 'a', 'b']),
    balancer('/live', ['c', 'b', 'a']),
    balancer('/tiles', ['d', 'a', 'b']),
    {
      ...balancer('/shop', ['c', 'a', 'b']),
      session_affinity: 'cookie',
      session_affinity_attributes: { zero_downtime_failover: 'temporary' },
    },
    {
      ...balancer('/api', ['a', 'd', 'b']),
      rate_limit: { by: `header:${KEY_HEADER}` },
      mirror: { pool: MIRROR_POOL, percent: 100, methods: ['GET', 'POST'] },
    },
    { ...balancer('/pages', [...(LANES[''] ?? [])]), rules: rules() },
  ];
}

/** A fixed response for some paths, and for each lane its pools, in which a key stays on one origin. */
function rules(): NonNullable<NonNullable<ConfigFile['load_balancers']>[number]['rules']> {
  const { path, status } = KINDS.closed;
  return [
    {
      name: 'closed',
      condition: `starts_with(http.request.uri.path, "${path}")`,
      fixed_response: { status_code: status, message_body: CLOSED },
    },
    ...Object.entries(LANES)
      .filter(([lane]) => lane !== '')
      .map(([lane, pools]) => ({
        name: lane,
        condition: `any(http.request.headers["${LANE_HEADER}"][*] eq "${lane}")`,
        overrides: {
          default_pools: [...pools],
          session_affinity: 'header' as const,
          session_affinity_attributes: {
            headers: [KEY_HEADER],
            zero_downtime_failover: 'temporary' as const,
          },
        },
      })),
  ];
}
