import { clientKey } from '../../shared/client_key.ts';
import type { HashKey } from '../../shared/config/strategy_options.ts';
import type { Facts } from '../../shared/contracts/facts.ts';
import { least_outstanding_requests } from './strategies/least_outstanding_requests.ts';
import { off } from './strategies/off.ts';
import { random } from './strategies/random.ts';
import { round_robin } from './strategies/round_robin.ts';
import type { Ranked, Strategy, StrategyOptions, Target } from './strategy.ts';

const FALLBACKS = { random, round_robin, least_outstanding_requests, off };

type OrderOf = (targets: readonly Target[], key: string, count: number, options: StrategyOptions) => string[];

/**
 * A strategy that maps keys to targets. What all of them share is here: what the key is, what becomes of requests
 * without one, and the bound on load.
 *
 * A slow start changes no weight here: with a weight that grows, keys would wander among all targets. The map is made
 * with the weights as they will be, and the gateway decides for each key whether its target may serve it already
 * (workers/gateway/resilience/admit.ts).
 *
 * Requests without a key are ranked by `fallback`, and a drawn order serves one request: repeated, it would send all
 * of them to one target for as long as the answer is kept.
 *
 * @param orderOf ids in the order of preference of a key, its own target first, `count` of them or more if there are
 */
export function keyed(name: string, weighted: boolean, orderOf: OrderOf): Strategy<HashKey> {
  return {
    name,
    reads: ({ key }) => key,
    use: 'repeat',
    weighted,
    keyOf: (facts, { key }) => keyOf(facts, key),
    rank(targets, facts, draw, options): Ranked {
      const key = keyOf(facts, options.key);
      if (key === undefined) {
        const fallback: Strategy<never> = FALLBACKS[options.fallback];
        return { ...fallback.rank(targets, {}, draw, options), use: 'once' };
      }
      const { bounded_load } = options;
      if (bounded_load === 0)
        return { order: orderBy(orderOf, targets, key, options.limit, options), keyed: true };
      // Whoever is below the bound may be the last of them.
      const order = orderBy(orderOf, targets, key, targets.length, options);
      return { order, keyed: true, finalists: order.length, by: 'bounded_load', settle: { bounded_load } };
    },
  };
}

/** A list at full weight, and without the targets that are in their slow start. */
interface Lists {
  whole: readonly Target[];
  settled: readonly Target[];
}

/** By list: strategies keep tables for the lists they are handed. */
const lists_of = new WeakMap<readonly Target[], Lists>();

function listsOf(targets: readonly Target[]): Lists {
  let lists = lists_of.get(targets);
  if (lists === undefined) {
    const settled = targets.filter(({ full_weight }) => full_weight === undefined);
    lists =
      settled.length === targets.length
        ? { whole: targets, settled: targets }
        : {
            whole: targets.map((target) => ({ ...target, weight: target.full_weight ?? target.weight })),
            settled,
          };
    lists_of.set(targets, lists);
  }
  return lists;
}

/**
 * The order of a key. Behind a target in its slow start stand those that had its keys while it was away: a table that is
 * made without it may give them to another than a second look into the whole table would.
 */
function orderBy(
  orderOf: OrderOf,
  targets: readonly Target[],
  key: string,
  count: number,
  options: StrategyOptions,
) {
  const { whole, settled } = listsOf(targets);
  const order = orderOf(whole, key, count, options);
  const [first] = order;
  if (first === undefined || settled.length === 0 || settled === targets) return order;
  if (settled.some(({ id }) => id === first)) return order;
  return [...new Set([first, ...orderOf(settled, key, count, options), ...order])];
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
