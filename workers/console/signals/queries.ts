import { HEALTH, TRAFFIC, TRAFFIC_WEIGHT } from '../../../shared/analytics/datasets.ts';
import { TRAFFIC_V1 } from '../../../shared/analytics/traffic_v1.ts';

// The console's queries. They use stored column names, and only the SQL that both Analytics Engine and the local API accept.

/** The stored versions of `traffic`. The columns that are read here are in the same places in each. */
export const [NEWEST, ...OLDER] = [TRAFFIC.table, TRAFFIC_V1.table] as const;

/** The period of traffic that the status shows: long enough to smooth, short enough to be current. */
export const TRAFFIC_S = 300;
/** The longest ejection: an hour is the highest setting, and up to a tenth is added at random. */
const EJECTION_MINUTES = 66;
const ROWS = 1_000;

/** Requests that a row stands for. Rows of older versions stand for one, before the platform's sampling. */
const weightIn = (table: string) => (table === NEWEST ? TRAFFIC_WEIGHT : '_sample_interval');

const t = TRAFFIC.columns;
const h = HEALTH.columns;
const NOW = `timestamp > now() - INTERVAL '${TRAFFIC_S / 60}' MINUTE`;

/** By balancer and origin: number of requests, number of errors, and the 95th percentile of the duration. */
export const originTraffic = (table: string) => `SELECT
  ${t.balancer} AS balancer,
  ${t.origin} AS origin,
  sum(${weightIn(table)}) AS requests,
  sum(if(${t.status} >= 500 OR ${t.outcome} = 'cut_short', ${weightIn(table)}, 0)) AS errors,
  quantileExactWeighted(0.95)(${t.total_ms}, ${weightIn(table)}) AS p95_ms
FROM ${table}
WHERE ${NOW} AND ${t.origin} != ''
GROUP BY ${t.balancer}, ${t.origin}
ORDER BY requests DESC
LIMIT ${ROWS}`;

/** Ejections and readmissions, newest first. */
export const EJECTIONS = `SELECT
  toUnixTimestamp(timestamp) AS at_s,
  ${h.origin} AS origin,
  ${h.kind} AS kind,
  ${h.reason} AS reason,
  ${h.until_ms} AS until_ms,
  _sample_interval AS isolates
FROM ${HEALTH.table}
WHERE timestamp > now() - INTERVAL '${EJECTION_MINUTES}' MINUTE
  AND (${h.kind} = 'ejection' OR ${h.kind} = 'readmission')
ORDER BY timestamp DESC
LIMIT ${ROWS}`;

/** By balancer and pool: requests for which `random` replaced a script, live or as a shadow. */
export const scriptFailuresIn = (table: string) => `SELECT
  ${t.balancer} AS balancer,
  ${t.pool} AS pool,
  ${t.strategy} AS strategy,
  ${t.shadow_strategy} AS shadow_strategy,
  sum(${weightIn(table)}) AS requests
FROM ${table}
WHERE ${NOW}
  AND (${t.strategy} LIKE '%(script:%' OR ${t.shadow_strategy} LIKE '%(script:%')
GROUP BY ${t.balancer}, ${t.pool}, ${t.strategy}, ${t.shadow_strategy}
ORDER BY requests DESC
LIMIT ${ROWS}`;
