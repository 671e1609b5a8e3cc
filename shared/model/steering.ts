import type { SteeringOptions } from './strategy_options.ts';

export type { SteeringOptions };

/** A policy on trial, among the pools of a balancer or the origins of a pool. As `shadow` it is asked and decides nothing. */
export interface Trial {
  /** Name of a strategy, or `script:NAME`. */
  policy: string;
  /** Absent: the options of the live policy. */
  options?: SteeringOptions;
}

/** A trial that makes a share of the decisions. */
export interface Canary extends Trial {
  /** 0 to 100. */
  percent: number;
  /** Whether a client is always in the share or never. False: drawn for each decision. */
  sticky: boolean;
  /** In a pool: how the gateway settles rankings of this policy; see `Pool.settled_by`. */
  settled_by?: SettleBy;
}

/** How a balancer chooses a pool: what its rules can override, apart from sessions. Pools are ids. */
export interface Steering {
  /** Name of a strategy, or `script:NAME`. The empty policy of a file is resolved to `geo` or `off`. */
  steering_policy: string;
  /** In failover order. */
  default_pools: string[];
  /** The last resort, used whatever its health. */
  fallback_pool: string;
  /** For `geo`, by Cloudflare region, country and data centre. */
  region_pools: Record<string, string[]>;
  country_pools: Record<string, string[]>;
  pop_pools: Record<string, string[]>;
  /** Weight of every pool that the balancer may use. */
  pool_weights: Record<string, number>;
  /** Whether a retry may go to another pool when its own has no other origin. */
  failover_across_pools: boolean;
}

/**
 * The name of a settler: how the gateway chooses among a ranking's finalists by its current load, for example `inflight`. Each is a
 * file in workers/gateway/selection/settlers. A name that a gateway does not know counts as `inflight`.
 */
export type SettleBy = string;
