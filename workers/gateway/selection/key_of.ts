import type { FactName } from '../../../shared/contracts/facts.ts';
import { classOf } from '../../../shared/hashing/class_of.ts';
import { fingerprint } from '../../../shared/hashing/lanes.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { factOf } from '../request/facts.ts';
import type { Scope } from '../state/scope.ts';

/**
 * The number under which the answer for a request is kept: a hash of the request's rules and of the facts that answers vary on.
 * The values themselves can be as long as a client likes. A client can find two requests with the same number, for example with a
 * line break in a query argument. It then gets the ranking of one request for the other, which harms nobody else.
 */
export function keyOf({ vary, classes, maps }: Scope, exchange: Exchange): number {
  const { rules } = exchange;
  if (vary.length === 0 && rules === undefined) return 0;
  const read = (name: FactName) => factOf(name, exchange);
  const values = classes === undefined ? vary.map(read) : classes.map((one) => classOf(one, maps, read));
  return fingerprint([...(rules ?? []), '', ...values].join('\n'));
}
