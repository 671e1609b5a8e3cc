import type { HashKey } from '../authoring/strategy_options.ts';
import type { Facts } from '../contracts/facts.ts';
import type { KeyMap, KeyMaps } from '../contracts/key_map.ts';
import { orderByKeys } from '../hashing/key_map.ts';
import { requestKey } from '../hashing/request_key.ts';
import { least_outstanding_requests } from './least_outstanding_requests.ts';
import { off } from './off.ts';
import { random } from './random.ts';
import { round_robin } from './round_robin.ts';
import type { Ranked, Strategy, StrategyOptions, Target } from './strategy.ts';

const FALLBACKS = { random, round_robin, least_outstanding_requests, off };

/** What one strategy that maps keys to targets has of its own. */
interface Keyed {
  name: string;
  weighted: boolean;
  mapOf(targets: readonly Target[], options: StrategyOptions): KeyMap;
  /** The option that changes the map; absent: none does. */
  size?(options: StrategyOptions): number;
}

/**
 * Makes a strategy that maps keys to targets. All of them share this: how the key is read, how requests without one are ranked,
 * and the bound on load. The order of a key follows from the maps alone, so a gateway that has the maps finds the same
 * order.
 *
 * A slow start changes no weight here: with a weight that grows, keys would wander among all targets. The map is made
 * with the weights as they will be, and the gateway decides for each key whether its target may serve it already
 * (workers/gateway/selection/admit.ts).
 *
 * Requests without a key are ranked by `fallback`. A drawn order serves one request, because repeating it would send all
 * requests to one target for as long as the answer is kept.
 */
export function keyed({ name, weighted, mapOf, size = () => 0 }: Keyed): Strategy<HashKey> {
  /** Maps by list and size: the selector hands in the same list until the configuration or health changes. */
  const kept = new WeakMap<readonly Target[], Map<number, KeyMaps>>();
  const mapsOf = (targets: readonly Target[], options: StrategyOptions): KeyMaps => {
    let by_size = kept.get(targets);
    if (by_size === undefined) {
      by_size = new Map();
      kept.set(targets, by_size);
    }
    let maps = by_size.get(size(options));
    if (maps === undefined) {
      maps = makeMaps(targets, (some) => mapOf(some, options));
      by_size.set(size(options), maps);
    }
    return maps;
  };
  const keyOf = (facts: Facts<HashKey>, { key }: StrategyOptions) =>
    requestKey(key, (part) => facts[part] ?? '');
  return {
    name,
    reads: ({ key }) => key,
    use: 'repeat',
    weighted,
    keyOf,
    mapsOf,
    rank(targets, facts, draw, options): Ranked {
      const key = keyOf(facts, options);
      if (key === undefined) {
        const fallback: Strategy<never> = FALLBACKS[options.fallback];
        return { ...fallback.rank(targets, {}, draw, options), use: 'once' };
      }
      const { bounded_load, limit } = options;
      const maps = mapsOf(targets, options);
      if (bounded_load === 0) return { order: orderByKeys(maps, key, limit), keyed: true };
      // The target below the bound may be the last one in the order.
      const order = orderByKeys(maps, key, targets.length);
      return { order, keyed: true, finalists: order.length, by: 'bounded_load', settle: { bounded_load } };
    },
  };
}

/** Makes the map of all targets at full weight and, where some are in their slow start, one of the others. */
function makeMaps(targets: readonly Target[], mapOf: (targets: readonly Target[]) => KeyMap): KeyMaps {
  const settled = targets.filter(({ full_weight }) => full_weight === undefined);
  if (settled.length === targets.length) return { whole: mapOf(targets) };
  const whole = mapOf(targets.map((target) => ({ ...target, weight: target.full_weight ?? target.weight })));
  return settled.length === 0 ? { whole } : { whole, settled: mapOf(settled) };
}
