import { HEALTH, TRAFFIC } from '../../../shared/analytics/datasets.ts';

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
  ${t.balancer} AS balancer,
  ${t.origin} AS origin,
  sum(_sample_interval) AS requests,
  sum(if(${t.status} >= 500 OR ${t.outcome} = 'cut_short', _sample_interval, 0)) AS errors,
  quantileExactWeighted(0.95)(${t.total_ms}, _sample_interval) AS p95_ms
FROM ${TRAFFIC.table}
WHERE ${NOW} AND ${t.origin} != ''
GROUP BY ${t.balancer}, ${t.origin}
ORDER BY requests DESC
LIMIT ${ROWS}`;

/** Ejections and readmissions, the newest first. */
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

/** Per balancer and pool: rankings in which `random` stood in for a script, live or in the shadow. */
export const SCRIPT_FAILURES = `SELECT
  ${t.balancer} AS balancer,
  ${t.pool} AS pool,
  ${t.strategy} AS strategy,
  ${t.shadow_strategy} AS shadow_strategy,
  sum(_sample_interval) AS requests
FROM ${TRAFFIC.table}
WHERE ${NOW}
  AND (${t.strategy} LIKE '%(script:%' OR ${t.shadow_strategy} LIKE '%(script:%')
GROUP BY ${t.balancer}, ${t.pool}, ${t.strategy}, ${t.shadow_strategy}
ORDER BY requests DESC
LIMIT ${ROWS}`;
