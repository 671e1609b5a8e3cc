import type { FactName, Facts } from '../contracts/facts.ts';
import type { KeyMaps } from '../contracts/key_map.ts';
import type { SettleBy, SettleOptions } from '../contracts/selection.ts';
import type { GatewayOptions, HashKey } from '../model/strategy_options.ts';
import type { Options, ValuesOf } from './option.ts';

/**
 * A pool or an origin that a strategy chooses among. Only candidates are handed in: the selector has dealt with health, `enabled`
 * and weight 0 before (workers/selector/candidates.ts).
 */
export interface Target {
  /** Id of the pool, or {@link OriginId}. Stable across configurations. */
  id: string;
  /** Above 0. Relative: all weights times a constant changes no choice. */
  weight: number;
  /** The weight at the end of its slow start. Absent: it is in none. */
  full_weight?: number;
  /** Degrees, for pools that have them. */
  latitude?: number;
  longitude?: number;
  /** Round-trip time of its probes. A pool has the mean of its origins. Absent: not known. */
  rtt_ms?: number;
  /** The same by the place that probes it, a location hint. Absent: one place probes it. */
  rtt_from?: Readonly<Record<string, number>>;
  /** Of a pool: enabled origins, and how many of them can serve. Absent: all. */
  total?: number;
  healthy?: number;
  /** Of a pool: the cost of one request, in any unit. */
  cost?: number;
  /** Of a pool: requests a second that it can carry. Absent: not said. */
  capacity?: number;
  /** Of an origin: as in the configuration. Port 0: the configuration names none. */
  host?: string;
  port?: number;
  /** Of an origin: another one before it in its pool has the same host and port, so these do not identify it. */
  twin?: true;
  /** Of an origin: its index among all origins of its pool, of which there are `shards`, whatever their health. */
  shard?: number;
  shards?: number;
}

/** The source of randomness and turns. It is a parameter, so that strategies stay pure. Tests and simulations pass their own. */
export interface Draw {
  /** Uniform in [0, 1). */
  random(): number;
  /**
   * Uniform in [0, 1) as well, and spread evenly over the rankings of these targets. It is for the first choice, so that the
   * requests of one moment are divided by weight and not by luck. Absent: use `random`.
   */
  even?(): number;
  /** The next number of the sequence of these targets: 0, 1, 2, … from a random start. Each isolate has its own. */
  next(): number;
  /** Counts this ranking. @returns rankings of these targets a second, of late and in this isolate. Absent: not measured */
  rate?(): number;
}

/** Targets in the order to try them. */
export interface Ranked {
  /** Ids of targets that were handed in, each at most once. The first is the choice. */
  order: string[];
  /** The gateway settles the first `finalists` by load. Absent: the order stands. */
  finalists?: number;
  by?: SettleBy;
  /** Parameters of `by`. */
  settle?: SettleOptions;
  /** This order serves one request, because a strategy that repeats had to draw. */
  use?: 'once';
  /** The order follows the request's key. */
  keyed?: true;
}

/**
 * A pure rule that ranks targets. The same function runs in the selector, in a simulation, in a backtest and
 * in a unit test.
 *
 * `F` are the facts that it reads, `O` the options that it declares (policy.ts).
 */
export interface Strategy<F extends FactName = FactName, O extends Options = Options> {
  /** As in the configuration: `round_robin`. */
  name: string;
  /** The facts it reads. `rank` sees no others, and an answer varies on exactly these and the facts of its key. */
  reads: readonly F[];
  /** `repeat`: the same facts give the same ranking until targets change. `once`: each request needs a new draw. */
  use: 'once' | 'repeat';
  /** Whether it uses weights. If not, a pool of weight 0 is a candidate like any other. */
  weighted: boolean;
  /** Other inputs, apart from facts, weights and options. Absent: none. */
  needs?: readonly Need[];
  /** How it maps keys of requests to targets. Absent: it maps none. */
  keyed?: Keyed<F, O>;
  /** @param targets never empty */
  rank(
    targets: readonly Target[],
    facts: Facts<F>,
    draw: Draw,
    options: StrategyOptions & ValuesOf<O>,
  ): Ranked;
}

/** Something that the configuration, the health Worker or the origins have to provide. */
export type Need =
  /** `region_pools`, `country_pools` and `pop_pools`, whose pools are then candidates as well. */
  | 'pool_maps'
  /** `latitude` and `longitude` of every pool. */
  | 'coordinates'
  /** Round-trip times of probes. */
  | 'probes'
  /** The load that origins report. */
  | 'reports';

/** How a strategy that maps keys to targets reads and looks up a key. */
export interface Keyed<F extends FactName = FactName, O extends Options = Options> {
  /** The facts that make the key. The strategy reads them in addition to `reads`. */
  partsOf(options: GatewayOptions & ValuesOf<O>): readonly HashKey[];
  /** The request's key. @returns undefined: the request has none */
  keyOf(facts: Facts<F>, options: StrategyOptions & ValuesOf<O>): string | undefined;
  /** Its maps of keys to targets, for gateways that look keys up themselves. */
  mapsOf(targets: readonly Target[], options: StrategyOptions & ValuesOf<O>): KeyMaps;
}

/** The facts that a strategy reads under these options. */
export function readsOf({ reads, keyed }: Strategy, options: GatewayOptions): readonly FactName[] {
  return keyed === undefined ? reads : [...reads, ...keyed.partsOf(options)];
}

/**
 * What the configuration tells a strategy at the place where it is used: its options (`steering_options` or
 * `origin_steering.options`, defaults filled in) and fields of the balancer.
 */
export interface StrategyOptions extends GatewayOptions {
  /** Entries of the order that will be used. A strategy may stop there. Finalists are used beyond it. */
  limit: number;
  /** Pool ids in failover order, for `geo` if none of the maps below has an entry. */
  default_pools: readonly string[];
  /** Pool ids in failover order by code, for `geo`. */
  region_pools: Readonly<Record<string, readonly string[]>>;
  country_pools: Readonly<Record<string, readonly string[]>>;
  pop_pools: Readonly<Record<string, readonly string[]>>;
  /** The options that other policies declare. A policy that declares an option knows its type. */
  readonly [option: string]: unknown;
}
