import type { OriginId } from '../model/ids.ts';
import type { GatewayOptions, HashKey } from '../model/strategy_options.ts';
import type { FactName, Facts } from './facts.ts';
import type { KeyMap } from './key_map.ts';
import type { RequestClass } from './request_class.ts';

/** What the gateway asks the selector: who could serve a request like this, `want` times over? */
export interface Question {
  /** Id of the load balancer, as in the normalised configuration. */
  balancer: string;
  /**
   * Names of the balancer's rules whose overrides hold for this request, in their order; absent: none. A selector that
   * does not know the field answers for the balancer without rules. Names, not positions: the selector's configuration
   * may be a version ahead or behind.
   */
  rules?: readonly string[];
  facts: Facts;
  /** Rankings the gateway can use before the answer ages, 1 or more. The selector may return fewer. */
  want: number;
  /** The configuration the gateway holds. A selector that holds an older one refreshes in the background. */
  config_version: number;
  /** The health document the gateway holds, likewise; 0: none. */
  health_version: number;
  /** The gateway can look keys up: the answer may have `maps`, `classes` and `parts`. Absent: it may not. */
  tables?: true;
}

/**
 * How the gateway orders the finalists of a ranking, with what only it knows at this instant. One that it does not
 * know counts as `inflight`.
 */
export type SettleBy =
  /** Least requests in flight over weight; a tie goes to the one ranked first. */
  | 'inflight'
  /** Least of what it would be with this request: (requests in flight + 1) over weight. */
  | 'next_inflight'
  /** Drawn by weight / (requests in flight + 1) ^ `bias`. */
  | 'weighted_inflight'
  /** The first within `bounded_load` percent of its fair share of the finalists' requests in flight. */
  | 'bounded_load'
  /** Least first-byte time, as peak EWMA, times (requests in flight + 1). */
  | 'peak_ewma'
  /** Turns by the load that origins report (gRFC A58). */
  | 'reported'
  /** Prequal's hot-cold rule on what origins report. */
  | 'prequal';

/** Parameters of {@link SettleBy}; what is missing has its default (strategy_defaults.ts). */
export type SettleOptions = Partial<Omit<GatewayOptions, 'key' | 'overprovisioning_percent'>>;

/**
 * Origins in the order to try them. Failover is 'next', never 'ask again'.
 */
export interface Ranking {
  /** No origin twice. Empty: nothing can serve, the client gets 503. */
  origins: OriginId[];
  /** The gateway tries the least loaded of the first `finalists` first. 0 and 1 mean: the order stands. */
  finalists: number;
  /** What 'least loaded' means; `inflight` when absent. */
  by?: SettleBy;
  settle?: SettleOptions;
  /** Weights that are not the configuration's just now, for a slow start or a degraded origin; absent: all are. */
  weights?: Readonly<Record<OriginId, number>>;
  /** The strategy behind this ranking, when it is not the answer's own. */
  strategy?: string;
  /** This ranking was made by a canary, which has the share that the configuration gives it. */
  variant?: 'canary';
  /** The order follows a key of the request, which the facts in `vary` make: the same key has the same order again. */
  keyed?: true;
  /** The pool that steering chose keeps this request away (load shedding), so it goes to another. */
  shed?: true;
  /** What a strategy that decides nothing would have done. */
  shadow?: Shadow;
  /**
   * The parts of the order, where one of them depends on a key that the gateway looks up. `origins` is then the order for the
   * request of the question. The order of another request is at most as long.
   */
  parts?: readonly RankingPart[];
}

/**
 * A part of a ranking: origins for all requests, or the first `take` origins in the order of the request's key.
 *
 * `{ key: ['client_address'], map: 0, take: 3 }`
 */
export type RankingPart = { origins: readonly OriginId[] } | KeyedPart;

export interface KeyedPart {
  /** The facts that make the key. */
  key: readonly HashKey[];
  /** An index into `Answer.maps`. */
  map: number;
  /** Likewise: a map without the targets that are in their slow start. Absent: none is. */
  settled?: number;
  take: number;
}

/** A strategy's first choice, to be settled as that of a {@link Ranking} is. */
export interface Shadow extends Pick<Ranking, 'origins' | 'finalists' | 'by' | 'settle' | 'weights'> {
  /** `pool policy/origin policy`. */
  strategy: string;
  /** It would have chosen just what the ranking does; `origins` is empty then. */
  as_ranked?: true;
}

/**
 * The selector's answer. Like a cached HTTP response it says what it varies on and how long it is good, so
 * that the gateway pays one call per batch and not one per request.
 */
export interface Answer {
  rankings: Ranking[];
  /** `once`: each ranking serves one request. `repeat`: the rankings serve in turn until they age. */
  use: 'once' | 'repeat';
  /**
   * The facts that this answer depends on. If the question lacked one of them, `rankings` is empty and the
   * gateway asks again with all of them (as with HTTP's `Critical-CH`).
   */
  vary: FactName[];
  max_age_ms: number;
  /** `pool policy/origin policy`, for data points: `off/round_robin`. */
  strategy: string;
  /** The selector's own version, for data points: an id of the deployed script. */
  version: string;
  /** Of the configuration it was computed from. A gateway that holds a newer one keeps the answer only briefly. */
  config_version: number;
  /** Of the health document it was computed from; 0: none. */
  health_version: number;
  /**
   * Maps of keys to origins or pools, so that a gateway asks once for all keys and not once for each. Only if the question
   * allows it. An answer about a pool with the policy `hash`:
   *
   * ```
   * { rankings: [{ origins: ['eu/b', 'eu/a'], finalists: 0, keyed: true,
   *     parts: [{ key: ['client_address'], map: 0, take: 3 }] }],
   *   use: 'repeat', vary: ['client_address'], classes: [{ has: ['client_address'] }],
   *   maps: [{ by: 'rendezvous', ids: ['eu/a', 'eu/b'], weights: [1, 0.5] }], … }
   * ```
   */
  maps?: readonly KeyMap[];
  /** The classes that tell apart requests with different answers. Absent: the values of `vary` do. */
  classes?: readonly RequestClass[];
}

/** The selector's RPC interface, on its default entrypoint. Changes are additive: old gateways keep calling it. */
export interface Selector {
  /** @throws never in normal operation; a gateway treats any exception as 'no answer' and falls back. */
  select(question: Question): Promise<Answer>;
}
