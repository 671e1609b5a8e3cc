import { HEALTH, TRAFFIC } from '../../../shared/analytics.ts';

// What the console asks of the SQL API, in stored names and in the part of the dialect that both of its front ends take.

/** Traffic of how long is shown: long enough to smooth, short enough to be about now. */
export const TRAFFIC_S = 300;
/** The longest ejection that can be configured is an hour, and a tenth by chance. */
const EJECTION_MINUTES = 66;
const ROWS = 1_000;

const t = TRAFFIC.columns;
const h = HEALTH.columns;
const NOW = `timestamp > now() - INTERVAL '${TRAFFIC_S / 60}' MINUTE`;

/** Per balancer and origin: answers, failed ones, and the time that 95 % did not exceed. */
export const ORIGIN_TRAFFIC = `SELECT
  ${t.balancer.column} AS balancer,
  ${t.origin.column} AS origin,
  sum(_sample_interval) AS requests,
  sum(if(${t.status.column} >= 500 OR ${t.outcome.column} = 'cut_short', _sample_interval, 0)) AS errors,
  quantileExactWeighted(0.95)(${t.total_ms.column}, _sample_interval) AS p95_ms
FROM ${TRAFFIC.table}
WHERE ${NOW} AND ${t.origin.column} != ''
GROUP BY ${t.balancer.column}, ${t.origin.column}
ORDER BY requests DESC
LIMIT ${ROWS}`;

/** Ejections and readmissions, the newest first. */
export const EJECTIONS = `SELECT
  toUnixTimestamp(timestamp) AS at_s,
  ${h.origin.column} AS origin,
  ${h.kind.column} AS kind,
  ${h.reason.column} AS reason,
  ${h.until_ms.column} AS until_ms,
  _sample_interval AS isolates
FROM ${HEALTH.table}
WHERE timestamp > now() - INTERVAL '${EJECTION_MINUTES}' MINUTE
  AND (${h.kind.column} = 'ejection' OR ${h.kind.column} = 'readmission')
ORDER BY timestamp DESC
LIMIT ${ROWS}`;

/** Per balancer and pool: rankings in which `random` stood in for a script, live or in the shadow. */
export const SCRIPT_FAILURES = `SELECT
  ${t.balancer.column} AS balancer,
  ${t.pool.column} AS pool,
  ${t.strategy.column} AS strategy,
  ${t.shadow_strategy.column} AS shadow_strategy,
  sum(_sample_interval) AS requests
FROM ${TRAFFIC.table}
WHERE ${NOW}
  AND (${t.strategy.column} LIKE '%(script:%' OR ${t.shadow_strategy.column} LIKE '%(script:%')
GROUP BY ${t.balancer.column}, ${t.pool.column}, ${t.strategy.column}, ${t.shadow_strategy.column}
ORDER BY requests DESC
LIMIT ${ROWS}`;
