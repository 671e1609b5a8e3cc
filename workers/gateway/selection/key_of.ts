import { classOf } from '../../../shared/hashing/class_of.ts';
import { fingerprint } from '../../../shared/hashing/fingerprint.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { factOf } from '../request/facts.ts';
import type { Scope } from '../state/scope.ts';

/**
 * The number under which a request's answer is kept: a hash of its rules and of the facts that answers vary on. It is hashed
 * because clients decide how long a header is. A client can make two requests with the same number, by looking for such
 * values or by a line break in a query argument. It then gets the ranking of the one for the other, which harms nobody else.
 */
export function keyOf({ vary, classes, maps }: Scope, exchange: Exchange): number {
  const { rules } = exchange;
  if (vary.length === 0 && rules === undefined) return 0;
  const values =
    classes === undefined
      ? vary.map((name) => factOf(name, exchange))
      : classes.map((one) => classOf(one, maps, (name) => factOf(name, exchange)));
  return fingerprint([...(rules ?? []), '', ...values].join('\n'));
}
