import type { Retry } from '../../shared/config/config.ts';

/** RFC 9110 §9.2.2: sending one of these twice means the same as sending it once. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/**
 * Whether a failed request may go to the next origin.
 *
 * @param reached false if it is proved that no application saw it
 * @param repeatable false if its body is gone
 */
export function mayRepeat(method: string, reached: boolean, repeatable: boolean, retry: Retry): boolean {
  if (!repeatable) return false;
  return !reached || IDEMPOTENT.has(method) || retry.also_methods.some((also) => also === method);
}
