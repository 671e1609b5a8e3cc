import type { Backoff } from '../../../shared/model/config.ts';

/**
 * How long a retry waits: full jitter in [0, (2^n - 1) * base_ms), at most `max_ms` (Envoy), so that requests that
 * failed together do not come again together.
 * @param retry 1 for the first
 * @param random uniform in [0, 1)
 * @returns milliseconds
 */
export function backoff(retry: number, { base_ms, max_ms }: Backoff, random: () => number): number {
  return random() * Math.min(max_ms, (2 ** retry - 1) * base_ms);
}
