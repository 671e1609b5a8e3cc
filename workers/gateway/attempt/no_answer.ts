import type { Outcome } from '../../../shared/contracts/carrying.ts';
import { HttpError } from '../../../shared/errors.ts';
import type { AttemptResult } from '../exchange/attempts.ts';
import { type Exchange, timeLeft } from '../exchange/exchange.ts';

/** Seconds: the shortest monitor interval. The state of an origin does not change sooner. */
const RETRY_AFTER = '5';
/** Seconds: the least that the header can say. An origin has room again as soon as one request ends. */
const RETRY_AFTER_OVERLOAD = '1';

/** The outcome of a request that ends with a failed attempt. */
export function outcomeOf({ failure }: AttemptResult): Outcome {
  return failure?.outcome ?? 'error_status';
}

/**
 * Returns the error for a request that no origin has answered.
 * @param full whether an origin was passed over because it had as many requests in flight as its pool allows
 * @param failed the last attempt; undefined: there was none
 */
export function unavailable(exchange: Exchange, full: boolean, failed: AttemptResult | undefined): HttpError {
  if (timeLeft(exchange) <= 0) return new HttpError(504, 'Gateway Timeout', { outcome: 'timeout' });
  const outcome = full ? 'overloaded' : failed === undefined ? 'no_origin' : outcomeOf(failed);
  const headers = { 'retry-after': full ? RETRY_AFTER_OVERLOAD : RETRY_AFTER };
  return new HttpError(503, 'Service Unavailable', { outcome, headers });
}

/** Returns the error for a failed request that must not be repeated: an application may have acted on it, or `retry.on` says so. */
export function notRepeated(failed: AttemptResult): HttpError {
  const outcome = outcomeOf(failed);
  const { id } = failed.attempt.origin;
  if (outcome === 'loop') return new HttpError(508, 'Loop Detected', { outcome, detail: id });
  const detail = `${id}: not repeated`;
  return outcome === 'timeout'
    ? new HttpError(504, 'Gateway Timeout', { outcome, detail })
    : new HttpError(502, 'Bad Gateway', { outcome, detail });
}
