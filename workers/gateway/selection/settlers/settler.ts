import type { SettleOptions } from '../../../../shared/contracts/selection.ts';
import type { Origin } from '../../../../shared/model/config.ts';
import type { OriginId } from '../../../../shared/model/ids.ts';
import type { Loads } from '../../state/load/loads.ts';
import type { LoadReport } from '../../state/load/orca.ts';

/** A way to choose among the finalists of a ranking (`Ranking.by`). Each is one file, listed in catalogue.ts. */
export interface Settler {
  /**
   * Chooses the finalist that serves.
   * @param finalists 2 or more, in the order of the ranking, with their current weights
   * @param options an option that is absent has its default (strategy_defaults.ts)
   * @returns an index into `finalists`; -1: the order stands
   */
  choose(finalists: readonly Origin[], options: SettleOptions, loads: Loads): number;
  /**
   * Remembers how an attempt went. Absent: results of attempts do not influence the choice.
   * @param ms the time to the first byte; for a failure at least `failure_ms`
   * @param report what the origin said about its load, if anything
   */
  observe?(
    origin: OriginId,
    ms: number,
    options: SettleOptions,
    loads: Loads,
    report: LoadReport | undefined,
  ): void;
  /**
   * Counts a request that is sent, in addition to the requests in flight. Absent: it needs no such count.
   * @returns takes the count back; undefined: nothing was counted
   */
  sent?(origin: OriginId, loads: Loads): (() => void) | undefined;
  /** Whether origins are asked to report their load with their answers. */
  wants_report?: true;
  /** Each choice is counted and influences the next. A shadow must not influence anything, so it cannot be settled this way. */
  counts_choice?: true;
}

/** The index of the origin with the least load; the first of several. */
export function least(origins: readonly Origin[], loadOf: (origin: Origin) => number): number {
  let best = 0;
  let best_load = Infinity;
  for (let i = 0; i < origins.length; i++) {
    const origin = origins[i];
    if (origin === undefined) break;
    const load = loadOf(origin);
    if (load < best_load) {
      best = i;
      best_load = load;
    }
  }
  return best;
}
