import { clientKey } from '../../../shared/hashing/client_key.ts';
import type { Decision } from '../exchange/decision.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { factOf } from '../request/facts.ts';
import type { SessionConstraint } from './selection.ts';

/**
 * The key that the order of a request's origins follows: the key of its session, or of the strategy that ranked them. Every
 * further choice for the request uses the same key, so its client stays where it is.
 * @returns undefined: the order was drawn, or is the same for every request
 */
export function orderKey(
  exchange: Exchange,
  { follows }: Decision,
  constraint: SessionConstraint | undefined,
): string | undefined {
  if (constraint?.key !== undefined) return constraint.key;
  return follows
    ?.map((name) => (name === 'client_address' ? clientKey(exchange.client.address) : factOf(name, exchange)))
    .join('\n');
}
