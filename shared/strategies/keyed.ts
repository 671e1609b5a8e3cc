import type { Facts } from '../contracts/facts.ts';
import type { KeyMap, KeyMaps } from '../contracts/key_map.ts';
import { orderByKeys } from '../hashing/key_map.ts';
import { requestKey } from '../hashing/request_key.ts';
import { getOrMake } from '../maps.ts';
import { STRATEGY_DEFAULTS } from '../model/strategy_defaults.ts';
import type { HashKey } from '../model/strategy_options.ts';
import { least_outstanding_requests } from './least_outstanding_requests.ts';
import { off } from './off.ts';
import type { Options, ValuesOf } from './option.ts';
import type { Policy } from './policy.ts';
import { random } from './random.ts';
import { round_robin } from './round_robin.ts';
import type { Ranked, Strategy, StrategyOptions, Target } from './strategy.ts';

/** Policies for requests without a key. None of them maps keys itself. */
const FALLBACKS = { random, round_robin, least_outstanding_requests, off };
type Fallback = keyof typeof FALLBACKS;

/** The options of every policy that maps keys. */
const KEYED_OPTIONS = {
  key: {
    about: 'what is hashed. Several values are hashed together; an IPv6 address counts by its /64.',
    default: STRATEGY_DEFAULTS.key,
  },
  fallback: {
    about: 'the policy for requests in which all of `key` is absent.',
    // Caddy's.
    default: 'random' as Fallback,
    words: Object.keys(FALLBACKS) as Fallback[],
  },
  bounded_load: {
    about:
      "no origin beyond this share of the mean of one isolate's requests in flight; the next in the order of the key " +
      'takes what is above. 0: no bound.',
    unit: 'percent',
    default: STRATEGY_DEFAULTS.bounded_load,
    range: [0, 10_000],
    whole: true,
    only: {
      holds: (value: number) => value === 0 || value > 100,
      allowed: '0, or a whole number from 101 to 10000',
    },
  },
} satisfies Options;

/** The parts in which policies that map keys differ. */
interface OwnPart<O extends Options = Options>
  extends Pick<Policy<HashKey, O>, 'name' | 'about' | 'levels' | 'options' | 'weighted' | 'makes_table'> {
  mapOf(targets: readonly Target[], options: StrategyOptions & ValuesOf<O>): KeyMap;
  /** The option that changes the map. Absent: none does. */
  size?(options: StrategyOptions & ValuesOf<O>): number;
}

/**
 * Makes a policy that maps keys to targets. All of them share how the key is read, how requests without one are ranked, and the
 * bound on load. The order of a key follows from the maps alone, so a gateway that has the maps finds the same order.
 *
 * A slow start changes no weight here, because keys would wander among all targets while a weight grows. The map is made with
 * the weights as they will be, and the gateway decides for each key whether its target may serve it already
 * (workers/gateway/selection/admit.ts).
 *
 * Requests without a key are ranked by `fallback`. A drawn order serves one request, because repeating it would send all
 * requests to one target for as long as the answer is kept.
 */
export function keyed<O extends Options>(own: OwnPart<O>): Policy<HashKey, typeof KEYED_OPTIONS>;
export function keyed({
  mapOf,
  size = () => 0,
  options: own,
  ...declared
}: OwnPart): Policy<HashKey, typeof KEYED_OPTIONS> {
  /** Maps by list and size. The selector passes the same list until the configuration or health changes. */
  const kept = new WeakMap<readonly Target[], Map<number, KeyMaps>>();
  const mapsOf = (targets: readonly Target[], options: StrategyOptions): KeyMaps => {
    const by_size = getOrMake(kept, targets, () => new Map<number, KeyMaps>());
    return getOrMake(by_size, size(options), () => makeMaps(targets, (some) => mapOf(some, options)));
  };
  const keyOf = (facts: Facts<HashKey>, { key }: StrategyOptions) =>
    requestKey(key, (part) => facts[part] ?? '');
  return {
    ...declared,
    options: { ...KEYED_OPTIONS, ...own },
    reads: [],
    use: 'repeat',
    settled_by: 'bounded_load',
    keyed: { partsOf: ({ key }) => key, keyOf, mapsOf },
    rank(targets, facts, draw, options): Ranked {
      const key = keyOf(facts, options);
      if (key === undefined) {
        const fallback: Strategy = FALLBACKS[options.fallback];
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
