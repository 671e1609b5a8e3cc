import type { FactName, Facts } from '../contracts/facts.ts';
import type { KeyMaps } from '../contracts/key_map.ts';
import type { SettleBy, SettleOptions } from '../contracts/selection.ts';
import type { GatewayOptions, HashKey } from '../model/strategy_options.ts';
import type { Options, ValuesOf } from './option.ts';

/**
 * What a strategy chooses among: pools at the first level, origins at the second. Only candidates are handed
 * in: health, `enabled` and weight 0 have been dealt with (candidates.ts), so no strategy repeats that.
 */
export interface Target {
  /** Id of the pool, or {@link OriginId}. Stable across configurations. */
  id: string;
  /** Above 0. Relative: all weights times a constant changes no choice. */
  weight: number;
  /** What `weight` will be at the end of its slow start; absent: it is in none. */
  full_weight?: number;
  /** Degrees, for pools that have them. */
  latitude?: number;
  longitude?: number;
  /** Round-trip time of its probes; a pool's is the mean of its origins'. Absent: not known. */
  rtt_ms?: number;
  /** The same by where it was probed from, a location hint; absent: from one place, wherever that is. */
  rtt_from?: Readonly<Record<string, number>>;
  /** Of a pool: enabled origins, and how many of them can serve. Absent: all. */
  total?: number;
  healthy?: number;
  /** Of a pool: of one request, in any unit. */
  cost?: number;
  /** Of a pool: requests a second that it can carry. Absent: not said. */
  capacity?: number;
  /** Of an origin: as in the configuration. Port 0: none is written there. */
  host?: string;
  port?: number;
  /** Of an origin: another one listed before it in its pool has the same host and port, so they do not name it. */
  twin?: true;
  /** Of an origin: its index among all origins of its pool, of which there are `shards`, whatever their health. */
  shard?: number;
  shards?: number;
}

/** What a strategy draws from. It is handed in, so that the strategy stays pure: tests and simulations hand in their own. */
export interface Draw {
  /** Uniform in [0, 1). */
  random(): number;
  /**
   * Uniform in [0, 1) as well, and spread evenly over the rankings of these targets. For the first choice, so that the
   * requests of one moment are divided by weight and not by luck. Absent: `random` stands in.
   */
  even?(): number;
  /**
   * The next number of a sequence that belongs to these targets, 0, 1, 2, … from a random start. It is this
   * isolate's own: two isolates do not share it.
   */
  next(): number;
  /**
   * Counts this ranking. How many a second were made for these targets of late, in this isolate. Absent: not
   * measured.
   */
  rate?(): number;
}

/** Targets in the order to try them. */
export interface Ranked {
  /** Ids of targets handed in, none twice; may be fewer. The first is the choice. */
  order: string[];
  /** The gateway settles the first `finalists` by load; absent: the order stands. */
  finalists?: number;
  by?: SettleBy;
  /** Parameters of `by`. */
  settle?: SettleOptions;
  /** Set where a strategy that repeats had to draw after all: this order is for one request. */
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
  /** `repeat`: the same facts give the same ranking until targets change. `once`: every request draws anew. */
  use: 'once' | 'repeat';
  /** Whether weights matter to it. Where they do not, a pool of weight 0 is a candidate like any other. */
  weighted: boolean;
  /** What it goes by beside facts, weights and options. Absent: nothing. */
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

/** What a strategy that maps keys to targets knows of a key. */
export interface Keyed<F extends FactName = FactName, O extends Options = Options> {
  /** The facts that make the key. The strategy reads them beside `reads`. */
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
 * What the configuration says about a strategy at the place where it is used: what an operator may tell it
 * (`steering_options`, `origin_steering.options`; defaults are filled in), and what stands elsewhere.
 */
export interface StrategyOptions extends GatewayOptions {
  /** Entries of the order that will be used: a strategy may stop there. Finalists count beyond it. */
  limit: number;
  /** Ordered pool ids where none of the maps below has an entry, for `geo`. */
  default_pools: readonly string[];
  /** Ordered pool ids by code, for `geo`. */
  region_pools: Readonly<Record<string, readonly string[]>>;
  country_pools: Readonly<Record<string, readonly string[]>>;
  pop_pools: Readonly<Record<string, readonly string[]>>;
  /** The options that other policies declare. A policy that declares an option knows its type. */
  readonly [option: string]: unknown;
}
