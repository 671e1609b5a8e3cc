import { classOf } from '../../shared/hashing/class_of.ts';
import { fingerprint } from '../../shared/hashing/fingerprint.ts';
import type { Scope } from './answers.ts';
import type { Exchange } from './exchange.ts';
import { factOf } from './facts.ts';

/**
 * The number under which a request's answer is kept: a hash of its rules and of what answers vary on. Hashed,
 * because clients decide how long a header is. A client that looks for two values with the same hash finds them, and is
 * sent with the one to the origin of the other.
 */
export function keyOf({ vary, classes, maps }: Scope, exchange: Exchange): number {
  const { rules } = exchange;
  if (vary.length === 0 && rules === undefined) return 0;
  const values =
    classes === undefined
      ? vary.map((name) => factOf(name, exchange))
      : classes.map((one) => classOf(one, maps, (name) => factOf(name, exchange)));
  // No newline stands in a fact.
  return fingerprint([...(rules ?? []), '', ...values].join('\n'));
}
