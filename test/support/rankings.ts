import type { HealthDocument, OriginState } from '../../shared/contracts/health.ts';
import type { Question } from '../../shared/contracts/selection.ts';
import type { Balancer, ConfigDocument, Origin, Pool } from '../../shared/model/config.ts';
import type { OriginId } from '../../shared/model/ids.ts';
import { OPTION_DEFAULTS } from '../../shared/strategies/strategies.ts';
import type { Draw, StrategyOptions, Target } from '../../shared/strategies/strategy.ts';
import { balancer as anyBalancer, pool as anyPool, config, documentOf } from './normalised.ts';

/** Uniform in [0, 1), the same sequence for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function drawOf(seed: number, start = 0): Draw {
  let next = start;
  return { random: seeded(seed), next: () => next++ };
}

/** Options for any strategy. */
type AllOptions = StrategyOptions & typeof OPTION_DEFAULTS;

export function targets(weights: Record<string, number>): Target[] {
  return Object.entries(weights).map(([id, weight]) => ({ id, weight }));
}

export function options(some: Partial<AllOptions> = {}): AllOptions {
  const maps = { default_pools: [], region_pools: {}, country_pools: {}, pop_pools: {} };
  return { ...OPTION_DEFAULTS, limit: 10, ...maps, ...some };
}

/** Counts how often each value occurs. */
export function tally(values: Iterable<string | undefined>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value ?? '', (counts.get(value ?? '') ?? 0) + 1);
  return counts;
}

/** χ² of observed counts against shares of their sum. */
export function chiSquare(counts: ReadonlyMap<string, number>, shares: Record<string, number>): number {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const whole = Object.values(shares).reduce((sum, share) => sum + share, 0);
  return Object.entries(shares).reduce((sum, [id, share]) => {
    const expected = (total * share) / whole;
    return sum + ((counts.get(id) ?? 0) - expected) ** 2 / expected;
  }, 0);
}

/** Critical values of χ² at p = 0.001 by degrees of freedom. */
export const CHI_SQUARE_P001: Record<number, number> = { 1: 10.83, 2: 13.82, 3: 16.27, 4: 18.47, 9: 27.88 };

export { origin } from './normalised.ts';

/** A pool with a monitor; `origins` are names or origins. */
export function pool(
  id: string,
  origins: readonly (string | Origin)[],
  some: Partial<Omit<Pool, 'id' | 'origins'>> = {},
): Pool {
  return anyPool(id, origins, { monitor: 'probe', origin_policy: 'off', ...some });
}

export function balancer(default_pools: string[], some: Partial<Balancer> = {}): Balancer {
  return anyBalancer({
    default_pools,
    fallback_pool: default_pools.at(-1) ?? '',
    retry: attempts(2),
    ...some,
  });
}

export function attempts(count: number): Balancer['retry'] {
  return { attempts: count, on_status: [], max_body_bytes: 0, also_methods: [] };
}

export function configOf(balancers: Balancer[], pools: Pool[], version = 7): ConfigDocument {
  return documentOf(config(balancers, pools), version);
}

/** Published at 1000 with a heartbeat of 60 s. */
export function healthOf(states: Record<string, OriginState>, version = 3): HealthDocument {
  const origins: HealthDocument['origins'] = {};
  for (const [id, state] of Object.entries(states)) {
    origins[id as OriginId] = { state, since: 0, rtt_ms: {} };
  }
  return { version, published_at: 1_000, heartbeat_ms: 60_000, origins };
}

export function question(some: Partial<Question> = {}): Question {
  return { balancer: 'app', facts: {}, want: 1, config_version: 0, health_version: 0, ...some };
}
