import type { Retry } from '../../shared/config/config.ts';
import { IDEMPOTENT } from '../../shared/idempotent.ts';

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
