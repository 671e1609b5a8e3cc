import { clientKey } from '../../shared/client_key.ts';
import type { HashKey } from '../../shared/config/strategy_options.ts';
import type { Facts } from '../../shared/contracts/facts.ts';
import { least_outstanding_requests } from './strategies/least_outstanding_requests.ts';
import { off } from './strategies/off.ts';
import { random } from './strategies/random.ts';
import { round_robin } from './strategies/round_robin.ts';
import type { Ranked, Strategy, StrategyOptions, Target } from './strategy.ts';

const FALLBACKS = { random, round_robin, least_outstanding_requests, off };

/**
 * A strategy that maps keys to targets. What all of them share is here: what the key is, what becomes of requests
 * without one, and the bound on load.
 *
 * Requests without a key are ranked by `fallback`, and a drawn order serves one request: repeated, it would send all
 * of them to one target for as long as the answer is kept.
 *
 * @param orderOf ids in the order of preference of a key, its own target first, `count` of them or more if there are
 */
export function keyed(
  name: string,
  weighted: boolean,
  orderOf: (targets: readonly Target[], key: string, count: number, options: StrategyOptions) => string[],
): Strategy<HashKey> {
  return {
    name,
    reads: ({ key }) => key,
    use: 'repeat',
    weighted,
    rank(targets, facts, draw, options): Ranked {
      const key = keyOf(facts, options.key);
      if (key === undefined) {
        const fallback: Strategy<never> = FALLBACKS[options.fallback];
        return { ...fallback.rank(targets, {}, draw, options), use: 'once' };
      }
      const { bounded_load } = options;
      if (bounded_load === 0) return { order: orderOf(targets, key, options.limit, options), keyed: true };
      // Whoever is below the bound may be the last of them.
      const order = orderOf(targets, key, targets.length, options);
      return { order, keyed: true, finalists: order.length, by: 'bounded_load', settle: { bounded_load } };
    },
  };
}

/** A request's key; undefined: it has none of its parts. A newline stands in none of them. */
function keyOf(facts: Facts, parts: readonly HashKey[]): string | undefined {
  let found = false;
  const values = parts.map((part) => {
    const value = facts[part] ?? '';
    found ||= value !== '';
    return part === 'client_address' ? clientKey(value) : value;
  });
  return found ? values.join('\n') : undefined;
}
