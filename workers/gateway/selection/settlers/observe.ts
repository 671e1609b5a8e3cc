import type { Ranking, SettleBy } from '../../../../shared/contracts/selection.ts';
import type { Origin, Pool } from '../../../../shared/model/config.ts';
import { STRATEGY_DEFAULTS } from '../../../../shared/model/strategy_defaults.ts';
import type { Loads } from '../../state/load/loads.ts';
import type { LoadReport } from '../../state/load/orca.ts';

/** Policies of origins that go by how attempts went. */
const OBSERVING: Readonly<Record<string, SettleBy>> = {
  peak_ewma: 'peak_ewma',
  weighted_by_load: 'reported',
  prequal: 'prequal',
};

/**
 * Tells what rankings of a pool are settled by, for requests that come to the pool without a ranking. How their attempts go
 * counts as well.
 * @returns empty where the pool's policies do not go by how attempts went
 */
export function observedBy({ origin_policy, origin_options, canary }: Pool): Pick<Ranking, 'by' | 'settle'> {
  const live = OBSERVING[origin_policy];
  const by = live ?? (canary && OBSERVING[canary.policy]);
  if (by === undefined) return {};
  const settle = live === undefined ? (canary?.options ?? origin_options) : origin_options;
  return settle === undefined ? { by } : { by, settle };
}

/** Whether rankings are settled by how attempts went. Where they are not, nothing is remembered. */
export function observes({ by }: Ranking): boolean {
  return by === 'peak_ewma' || by === 'reported' || by === 'prequal';
}

/** Whether rankings are settled by what origins report. */
export function wantsReports({ by }: Ranking): boolean {
  return by === 'reported' || by === 'prequal';
}

/**
 * Remembers how an attempt went, for rankings that are settled by it.
 * @param first_byte_ms a failure counts as at least `failure_ms`, because an origin that fails fast is not a fast one
 * @param report what the origin said of its load, if anything
 */
export function observe(
  ranking: Ranking,
  origin: Origin,
  first_byte_ms: number,
  failed: boolean,
  loads: Loads,
  report?: LoadReport | undefined,
): void {
  const { failure_ms, decay_s } = { ...STRATEGY_DEFAULTS, ...ranking.settle };
  const ms = failed ? Math.max(first_byte_ms, failure_ms) : first_byte_ms;
  const now = loads.now();
  if (ranking.by === 'peak_ewma') loads.latency.observe(origin.id, ms, decay_s * 1_000, now);
  else loads.reports.note(origin.id, report, loads.inflight.of(origin.id), ms, now);
}
