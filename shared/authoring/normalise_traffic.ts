import { bindingName } from '../http/address.ts';
import type { LoadShedding, Mirror, RateLimit, RateLimitKey } from '../model/config.ts';
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
