import { bindingName } from '../http/address.ts';
import type {
  Balancer,
  LoadShedding,
  Mirror,
  Pool,
  RateLimit,
  RateLimitKey,
  Retry,
} from '../model/config.ts';
import { GATEWAY_ERRORS } from '../model/retry.ts';
import type { IdOf } from './ids.ts';
import type { FilledBalancer, FilledPool } from './schema.ts';

/** @returns undefined: nothing is shed */
export function normaliseShedding(shedding: FilledPool['load_shedding']): LoadShedding | undefined {
  if (!shedding || (shedding.default_percent === 0 && shedding.session_percent === 0)) return undefined;
  const { session_policy: _the_only_one, ...rest } = shedding;
  return rest;
}

/** @returns undefined: no request is refused */
export function normaliseRateLimit(limit: FilledBalancer['rate_limit']): RateLimit | undefined {
  if (limit === undefined) return undefined;
  // The schema checks this by a regular expression, which its type does not show.
  const by = limit.by as RateLimitKey;
  return {
    binding: bindingName('RATE_LIMIT', limit.limiter),
    by: by.startsWith('header:') ? (by.toLowerCase() as RateLimitKey) : by,
    retry_after_s: limit.retry_after_s,
  };
}

/** @returns undefined: no request is copied */
export function normaliseMirror(mirror: FilledBalancer['mirror'], idOf: IdOf): Mirror | undefined {
  if (mirror === undefined || mirror.percent === 0) return undefined;
  return { ...mirror, pool: idOf(mirror.pool) };
}

/** What `5xx` stands for in `retry.on`. */
export const SERVER_ERRORS = Array.from({ length: 100 }, (_, index) => 500 + index);

/** Splits the conditions of `on` into failures and statuses. */
export function normaliseRetry({ on, on_status, same_origin, ...retry }: FilledBalancer['retry']): Retry {
  const gateway_errors = on?.includes('gateway_error') ?? on_status === undefined;
  const statuses = new Set([
    ...(on_status ?? []),
    ...(gateway_errors ? GATEWAY_ERRORS : []),
    ...(on?.includes('5xx') ? SERVER_ERRORS : []),
  ]);
  return {
    ...retry,
    ...(on === undefined
      ? {}
      : { on: on.filter((condition) => condition !== 'gateway_error' && condition !== '5xx') }),
    on_status: [...statuses].sort((a, b) => a - b),
    ...(same_origin ? { same_origin } : {}),
  };
}

/** Takes the delay or the percentile. Validation lets only one of them pass. */
export function normaliseHedging(hedging: FilledBalancer['hedging']): Pick<Balancer, 'hedging'> {
  const { after_ms, percentile } = hedging ?? {};
  if (after_ms !== undefined) return { hedging: { after_ms } };
  return percentile === undefined ? {} : { hedging: { percentile } };
}

/** Absent if every request gets a data point. */
export function normaliseMetrics({ sample }: FilledBalancer['metrics']): Pick<Balancer, 'metrics'> {
  const one_in = Math.round(1 / sample);
  return one_in === 1 ? {} : { metrics: { one_in } };
}

/** Absent if it is off or can eject no origin. */
export function normaliseOutliers({
  enabled,
  ...outlier_detection
}: FilledPool['outlier_detection']): Pick<Pool, 'outlier_detection'> {
  return enabled && outlier_detection.max_ejection_percent > 0 ? { outlier_detection } : {};
}
