import { boundedWeights, type Stride, strideOf, strideTurn } from '../../../../shared/balancing/stride.ts';
import { retain } from '../../../../shared/maps.ts';
import type { Origin } from '../../../../shared/model/config.ts';
import { elapsed } from '../../../../shared/time/clock.ts';
import type { Reports, WeightOptions } from './reports.ts';

/** How often weights are recomputed (gRFC A58, `weight_update_period`). */
const UPDATE_MS = 1_000;

interface Turns {
  ids: string;
  table: Stride;
  made_at: number;
  turn: number;
}

/**
 * Turns by reported load, as in gRPC's weighted round robin: a static stride over A58's weights times the configured weights.
 * Reported weights stay within gRPC's bounds around their mean. Configured weights count in full. An origin that reports nothing
 * counts as the mean of the others. If fewer than two report, only the configured weights count.
 */
export class ReportedTurns {
  /** By pool. */
  readonly #turns = new Map<string, Turns>();

  /** Others that go on from here. */
  copy(): ReportedTurns {
    const copy = new ReportedTurns();
    for (const [pool, turns] of this.#turns) copy.#turns.set(pool, { ...turns });
    return copy;
  }

  /** Returns the index of the origin whose turn it is. @param origins all of one pool */
  next(
    origins: readonly Origin[],
    reports: Reports,
    options: WeightOptions,
    now: number,
    random: () => number,
  ): number {
    const ids = origins.map(({ id }) => id).join();
    const pool = ids.slice(0, ids.indexOf('/'));
    const before = this.#turns.get(pool);
    if (before !== undefined && before.ids === ids && elapsed(before.made_at, now) < UPDATE_MS)
      return step(before);
    const table = strideOf(weightsOf(origins, reports, options, now));
    const turns = { ids, table, made_at: now, turn: before?.turn ?? 0 };
    this.#turns.set(pool, turns);
    return step(turns, before === undefined ? random : undefined);
  }

  /** Forgets the pools that a new configuration does not have. */
  keep(has: (pool: string) => boolean): void {
    retain(this.#turns, has);
  }
}

/**
 * Takes the next turn. Some numbers belong to no origin and are skipped.
 * @param random set for the first turn. Each number is then drawn, so that every origin comes first as often as its weight says. If
 *   the count went on from a random number, heavy origins would come first too often
 */
function step(turns: Turns, random?: () => number): number {
  for (;;) {
    if (random !== undefined) turns.turn = Math.floor(random() * 2 ** 31);
    const index = strideTurn(turns.table, turns.turn++);
    if (index !== undefined) return index;
  }
}

function weightsOf(
  origins: readonly Origin[],
  reports: Reports,
  options: WeightOptions,
  now: number,
): number[] {
  const measured = boundedWeights(origins.map(({ id }) => reports.weightOf(id, options, now)));
  return origins.map(({ weight }, index) => weight * (measured[index] ?? 1));
}
