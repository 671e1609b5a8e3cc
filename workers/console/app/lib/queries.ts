import { FAILED } from '../../../../shared/analytics/sql/failed.ts';
import { quoted } from '../../../../shared/analytics/sql/quoted.ts';
import type { Range } from './range.ts';

// SQL of the page, with the names of docs/sql.md. Values of the URL are quoted, so they stay values.

function within({ span_s }: Range): string {
  return `timestamp > now() - INTERVAL '${span_s}' SECOND`;
}

/** Requests, failures, retries and times of each load balancer. */
export function balancerFigures(range: Range): string {
  return `SELECT balancer,
  sum(_sample_interval) AS requests,
  sum(if(${FAILED}, _sample_interval, 0)) AS failed,
  sum(if(attempts > 1, _sample_interval, 0)) AS retried,
  sum(_sample_interval * fallback) AS by_fallback,
  quantileExactWeighted(0.5)(total_ms, _sample_interval) AS p50_ms,
  quantileExactWeighted(0.95)(total_ms, _sample_interval) AS p95_ms,
  quantileExactWeighted(0.99)(total_ms, _sample_interval) AS p99_ms
FROM traffic WHERE ${within(range)} AND balancer != ''
GROUP BY balancer ORDER BY requests DESC LIMIT 1000`;
}

/** Requests a step by origin. What the fallback pool served as the last resort is a series of its own. */
export function sharesOverTime(balancer: string, range: Range): string {
  const { step_s } = range;
  return `SELECT intDiv(toUInt32(timestamp), ${step_s}) * ${step_s} AS at,
  if(fallback = 1, '(fallback)', if(origin = '', '(none)', origin)) AS series,
  sum(_sample_interval) AS requests,
  sum(if(${FAILED}, _sample_interval, 0)) AS failed
FROM traffic WHERE ${within(range)} AND balancer = ${quoted(balancer)}
GROUP BY at, series ORDER BY at LIMIT 20000`;
}

/** How decisions were made. */
export function decisions(balancer: string, range: Range): string {
  return `SELECT decision, strategy, sum(_sample_interval) AS requests
FROM traffic WHERE ${within(range)} AND balancer = ${quoted(balancer)}
GROUP BY decision, strategy ORDER BY requests DESC LIMIT 100`;
}

/** Requests and times by data centre. */
export function dataCentres(balancer: string, range: Range): string {
  return `SELECT colo,
  sum(_sample_interval) AS requests,
  sum(if(${FAILED}, _sample_interval, 0)) AS failed,
  quantileExactWeighted(0.95)(total_ms, _sample_interval) AS p95_ms
FROM traffic WHERE ${within(range)} AND balancer = ${quoted(balancer)}
GROUP BY colo ORDER BY requests DESC LIMIT 100`;
}

/** Changes of origins' states. */
export function transitions(range: Range): string {
  return `SELECT toUInt32(timestamp) AS at, origin, previous_state, state, reason
FROM health WHERE ${within(range)} AND kind = 'transition'
ORDER BY at DESC LIMIT 200`;
}

/** Strategies side by side, live and canary. */
export function strategyFigures(range: Range): string {
  return `SELECT balancer, pool, strategy, variant,
  sum(_sample_interval) AS requests,
  sum(if(${FAILED}, _sample_interval, 0)) AS failed,
  sum(if(attempts > 1, _sample_interval, 0)) AS retried,
  quantileExactWeighted(0.5)(total_ms, _sample_interval) AS p50_ms,
  quantileExactWeighted(0.95)(total_ms, _sample_interval) AS p95_ms,
  quantileExactWeighted(0.99)(total_ms, _sample_interval) AS p99_ms
FROM traffic WHERE ${within(range)} AND strategy != ''
GROUP BY balancer, pool, strategy, variant
ORDER BY balancer, pool, requests DESC LIMIT 1000`;
}

/** How often a shadow would have tried another origin first. */
export function shadowFigures(range: Range): string {
  return `SELECT balancer, pool, strategy, shadow_strategy,
  sum(_sample_interval) AS requests,
  sum(shadow_differs * _sample_interval) AS differs
FROM traffic WHERE ${within(range)} AND shadow_strategy != ''
GROUP BY balancer, pool, strategy, shadow_strategy
ORDER BY balancer, pool, requests DESC LIMIT 1000`;
}

/** Most requests in flight to each origin in one isolate, in the last minute. */
export const IN_FLIGHT = `SELECT origin, max(inflight) AS inflight
FROM traffic WHERE timestamp > now() - INTERVAL '60' SECOND AND origin != ''
GROUP BY origin LIMIT 10000`;

/** The last check of each origin by monitor and prober, and how many there were in an hour. */
export const LAST_CHECKS = `SELECT origin, monitor, region,
  toUInt32(max(timestamp)) AS at,
  argMax(status, timestamp) AS status,
  argMax(reason, timestamp) AS reason,
  argMax(rtt_ms, timestamp) AS rtt_ms,
  sum(_sample_interval) AS checks,
  sum(if(reason != '', _sample_interval, 0)) AS failures
FROM health WHERE kind = 'check' AND timestamp > now() - INTERVAL '1' HOUR
GROUP BY origin, monitor, region ORDER BY origin, monitor, region LIMIT 10000`;

/** Requests by version of the configuration, and when each began to serve. */
export function byVersion(balancer: string, range: Range): string {
  return `SELECT config_version,
  toUInt32(min(timestamp)) AS since,
  sum(_sample_interval) AS requests,
  sum(if(${FAILED}, _sample_interval, 0)) AS failed
FROM traffic WHERE ${within(range)} AND balancer = ${quoted(balancer)}
GROUP BY config_version ORDER BY since DESC LIMIT 100`;
}

/** When each deployed version of gateway and selector began to serve. */
export function deployments(range: Range): string {
  return `SELECT gateway_version, selector_version,
  toUInt32(min(timestamp)) AS since
FROM traffic WHERE ${within(range)} AND gateway_version != ''
GROUP BY gateway_version, selector_version ORDER BY since DESC LIMIT 100`;
}

/** The versions that isolates served with. */
export const IN_USE = `SELECT config_version, gateway_version, selector_version,
  count(DISTINCT isolate) AS isolates,
  count(DISTINCT colo) AS colos,
  sum(_sample_interval) AS requests,
  toUInt32(max(timestamp)) AS last_at
FROM traffic WHERE timestamp > now() - INTERVAL '900' SECOND
GROUP BY config_version, gateway_version, selector_version
ORDER BY config_version DESC, requests DESC LIMIT 100`;
