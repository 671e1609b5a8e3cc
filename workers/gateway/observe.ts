import type { Origin } from '../../shared/config/config.ts';
import { STRATEGY_DEFAULTS } from '../../shared/config/strategy_defaults.ts';
import type { Ranking } from '../../shared/contracts/selection.ts';
import type { Loads } from './loads.ts';

/**
 * Remembers how an attempt went, for rankings that are settled by it.
 * @param first_byte_ms a failure counts as `failure_ms` at least: an origin that fails fast is not a fast one
 */
export function observe(
  ranking: Ranking,
  origin: Origin,
  first_byte_ms: number,
  failed: boolean,
  loads: Loads,
): void {
  const { failure_ms, decay_s } = { ...STRATEGY_DEFAULTS, ...ranking.settle };
  const ms = failed ? Math.max(first_byte_ms, failure_ms) : first_byte_ms;
  loads.latency.observe(origin.id, ms, decay_s * 1_000, loads.now());
}
