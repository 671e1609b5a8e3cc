import { IDEMPOTENT } from '../../../shared/http/idempotent.ts';
import type { Backoff, FailureCondition, Retry } from '../../../shared/model/config.ts';
import type { ProxyFailure, ProxyResult } from '../exchange/attempts.ts';

/** Whether an attempt brought an answer that is delivered without a retry. */
export function isAnswer({ failure, response }: ProxyResult, retry: Retry): boolean {
  return failure === undefined && response !== undefined && !retry.on_status.includes(response.status);
}

/** Why an attempt is followed by another: its outcome, or its status. */
export function reasonOf({ failure, response }: ProxyResult): string {
  return failure?.outcome ?? String(response?.status);
}

/** Whether `retry.on` or `retry.on_status` names this result. */
export function retriesOn({ failure, response }: ProxyResult, retry: Retry): boolean {
  if (response !== undefined && retry.on_status.includes(response.status)) return true;
  if (failure === undefined) return false;
  const condition = conditionOf(failure);
  return condition !== undefined && (retry.on?.includes(condition) ?? true);
}

/** @returns undefined: a loop, which no other origin would end */
function conditionOf({ outcome, reached, cut_short }: ProxyFailure): FailureCondition | undefined {
  switch (outcome) {
    case 'connect_failed':
      return 'connect_failure';
    case 'timeout':
      return 'timeout';
    case 'connection_lost':
      return cut_short ? 'cut_short' : 'reset';
    case 'proxy_failed':
      return reached ? 'reset' : 'connect_failure';
    default:
      return undefined;
  }
}

/**
 * Whether repeating a failed request is safe.
 *
 * @param reached false if it is proved that no application saw the request
 * @param repeatable false if the request's body is gone
 */
export function mayRepeat(
  { method, headers }: Request,
  reached: boolean,
  repeatable: boolean,
  retry: Retry,
): boolean {
  if (!repeatable) return false;
  if (!reached) return true;
  return (IDEMPOTENT.has(method) || retry.also_methods.includes(method)) && !isEarly(headers);
}

/** Whether the request may go to another origin if its answer breaks off in a short body. */
export function isReplaceable(request: Request, repeatable: boolean, retry: Retry): boolean {
  return (retry.on?.includes('cut_short') ?? true) && mayRepeat(request, true, repeatable, retry);
}

/**
 * Whether a request arrived before the client's TLS handshake was complete. It may be a replay, so it is not repeated.
 * Any value of the header counts: RFC 8470 §5.1 treats several values, or an invalid one, as `1`.
 */
export function isEarly(headers: Headers): boolean {
  return headers.has('early-data');
}

/**
 * Returns how long a retry waits: full jitter in [0, (2^n - 1) * base_ms), at most `max_ms`, as in Envoy. The jitter spreads
 * out requests that failed together.
 * @param retry 1 for the first retry
 * @param random uniform in [0, 1)
 * @returns milliseconds
 */
export function backoffDelay(retry: number, { base_ms, max_ms }: Backoff, random: () => number): number {
  return random() * Math.min(max_ms, (2 ** retry - 1) * base_ms);
}
