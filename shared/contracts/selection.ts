import type { OriginId } from '../model/ids.ts';
import type { SettleBy } from '../model/steering.ts';
import type { GatewayOptions, HashKey } from '../model/strategy_options.ts';
import type { FactName, Facts } from './facts.ts';
import type { KeyMap, RequestClass } from './key_map.ts';

export type { SettleBy };

/**
 * The gateway's question to the selector: which origins could serve requests like this one?
 *
 * `{ balancer: 'shop', facts: { country: 'DE' }, want: 32, config_version: 7, health_version: 41, tables: true }`
 */
export interface Question {
  /** Id of the load balancer, as in the normalised configuration. */
  balancer: string;
  /**
   * Names of the balancer's rules whose overrides apply to this request, in their order. Absent: none. They are names and not
   * positions because the selector's configuration may be a version ahead or behind.
   */
  rules?: readonly string[];
  facts: Facts;
  /** How many rankings the gateway can use before the answer expires, 1 or more. The selector may return fewer. */
  want: number;
  /** Version of the gateway's configuration. A selector with an older one refreshes in the background. */
  config_version: number;
  /** Version of the gateway's health document, used likewise. 0: it has none. */
  health_version: number;
  /** The gateway can look keys up, so the answer may have `maps`, `classes` and `parts`. Absent: it cannot. */
  tables?: true;
}

/** Parameters of {@link SettleBy}. A missing one has its default (strategy_defaults.ts). */
export type SettleOptions = Partial<Omit<GatewayOptions, 'key' | 'overprovisioning_percent'>>;

/**
 * Origins in the order to try them. After a failure the gateway takes the next; it does not ask again.
 *
 * `{ origins: ['eu/b', 'eu/a', 'us/c'], finalists: 2, by: 'inflight' }`: the less busy of `eu/b` and `eu/a` comes first.
 */
export interface Ranking {
  /** Without duplicates. Empty: no origin can serve, and the client gets 503. */
  origins: OriginId[];
  /** The gateway reorders this many origins at the front by load. 0 or 1: the order stays. */
  finalists: number;
  /** How it reorders them. Absent: `inflight`. */
  by?: SettleBy;
  settle?: SettleOptions;
  /** Weights that differ from the configuration, in a slow start or of a degraded origin. Absent: none differs. */
  weights?: Readonly<Record<OriginId, number>>;
  /** The strategy of this ranking. Absent: the answer's. */
  strategy?: string;
  /** A canary made this ranking. */
  variant?: 'canary';
  /** The order follows a key of the request, made of facts in `vary`. The same key gives the same order. */
  keyed?: true;
  /** The pool that steering chose shed this request (load shedding), so it goes to another pool. */
  shed?: true;
  /** The fallback pool, if its origins are in the order as the last resort and not because steering chose them. */
  fallback?: string;
  /** What the strategy under `shadow` would have chosen. */
  shadow?: Shadow;
  /**
   * The parts of the order. Absent: the gateway looks no key up. If present, `origins` is the order for the request of the
   * question, and the order for another request is at most as long.
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
  /** The facts that the key is made of. */
  key: readonly HashKey[];
  /** An index into `Answer.maps`. */
  map: number;
  /** An index into `Answer.maps`: the map without targets in a slow start. Absent: no target is in one. */
  settled?: number;
  take: number;
}

/** The first choice of a strategy that decides nothing. The gateway settles its finalists as those of a {@link Ranking}. */
export interface Shadow extends Pick<Ranking, 'origins' | 'finalists' | 'by' | 'settle' | 'weights'> {
  /** `pool policy/origin policy`. */
  strategy: string;
  /** Its choice is the same as the ranking's, so `origins` is empty. */
  as_ranked?: true;
}

/**
 * Why a pool is no candidate: it is disabled, in drain or in maintenance; `down`: fewer of its origins than `minimum_origins` can
 * serve; `no_weight`: none of them takes new traffic; `missing`: the configuration does not have it.
 */
export type WhyOut = 'disabled' | 'drain' | 'maintenance' | 'down' | 'no_weight' | 'missing';

/**
 * The selector's answer. Like a cached HTTP response it says what it varies on and how long it is fresh, so that the gateway
 * makes one call for a batch of requests.
 *
 * ```
 * { rankings: [{ origins: ['eu/a', 'eu/b'], finalists: 0 }, { origins: ['eu/b', 'eu/a'], finalists: 0 }],
 *   use: 'once', vary: [], max_age_ms: 10_000, strategy: 'off/round_robin', version: '5ab1', config_version: 7,
 *   health_version: 41 }
 * ```
 */
export interface Answer {
  rankings: Ranking[];
  /** `once`: each ranking serves one request. `repeat`: the rankings serve in turn until they expire. */
  use: 'once' | 'repeat';
  /**
   * The facts that this answer depends on. If the question lacked one of them, `rankings` is empty, and the gateway asks again
   * with all of them (as for HTTP's `Critical-CH`).
   */
  vary: FactName[];
  max_age_ms: number;
  /** Pool policy and origin policy, for data points: `off/round_robin`. */
  strategy: string;
  /** Id of the selector's deployed script, for data points. */
  version: string;
  /** Version of the selector's configuration. A gateway with a newer one keeps the answer only briefly. */
  config_version: number;
  /** Version of the selector's health document. 0: it had none. */
  health_version: number;
  /** The pools that are no candidates, and why: `eu:down,us:drain`. Absent: all are. See {@link WhyOut}. */
  reasons?: string;
  /**
   * Maps from keys to origins or pools, so that a gateway asks once for all keys. Only if the question has `tables`. An answer
   * about a pool with the policy `hash`:
   *
   * ```
   * { rankings: [{ origins: ['eu/b', 'eu/a'], finalists: 0, keyed: true,
   *     parts: [{ key: ['client_address'], map: 0, take: 3 }] }],
   *   use: 'repeat', vary: ['client_address'], classes: [{ has: ['client_address'] }],
   *   maps: [{ by: 'rendezvous', ids: ['eu/a', 'eu/b'], weights: [1, 0.5] }], … }
   * ```
   */
  maps?: readonly KeyMap[];
  /** The classes of requests with different answers. Absent: requests differ by their values of `vary`. */
  classes?: readonly RequestClass[];
}

/** The selector's RPC interface, on its default entrypoint. Fields are only added, because older gateways keep calling it. */
export interface Selector {
  /** A gateway treats an exception as no answer, and orders the origins itself. */
  select(question: Question): Promise<Answer>;
}
