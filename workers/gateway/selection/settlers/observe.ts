import type { Ranking, SettleBy, SettleOptions } from '../../../../shared/contracts/selection.ts';
import type { Pool } from '../../../../shared/model/config.ts';
import type { OriginId } from '../../../../shared/model/ids.ts';
import { STRATEGY_DEFAULTS as DEFAULT } from '../../../../shared/model/strategy_defaults.ts';
import type { Loads } from '../../state/load/loads.ts';
import type { LoadReport } from '../../state/load/orca.ts';
import { settlerOf } from './settlers.ts';

/** How an attempt went. */
export interface Observed {
  origin: OriginId;
  first_byte_ms: number;
  failed: boolean;
  /** What the origin said about its load, if anything. */
  report?: LoadReport | undefined;
}

type Settled = Pick<Ranking, 'by' | 'settle'>;

/** Whether the results of attempts influence later choices. */
export function observes(ranking: Settled): boolean {
  return settlerOf(ranking).observe !== undefined;
}

/**
 * Finds how rankings of a pool are settled, so that requests that come to the pool without a ranking are measured as well.
 * @returns empty if the results of attempts do not influence the pool's policies
 */
export function observedBy({ settled_by, origin_options, canary }: Pool): Settled {
  const policies: Array<{ settled_by?: SettleBy | undefined; options?: SettleOptions }> = [
    { settled_by },
    canary ?? {},
  ];
  for (const { settled_by: by, options: settle = origin_options } of policies)
    if (by !== undefined && observes({ by })) return settle === undefined ? { by } : { by, settle };
  return {};
}

/**
 * Remembers how an attempt went, if the settler of its ranking uses it. A failure counts as at least `failure_ms`, because an origin
 * that fails fast is not a fast origin.
 */
export function observe(
  ranking: Settled,
  { origin, first_byte_ms, failed, report }: Observed,
  loads: Loads,
): void {
  const options = ranking.settle ?? {};
  const { failure_ms = DEFAULT.failure_ms } = options;
  const ms = failed ? Math.max(first_byte_ms, failure_ms) : first_byte_ms;
  settlerOf(ranking).observe?.(origin, ms, options, loads, report);
}
