import { boundedWeights, type Stride, strideOf, strideTurn } from '../../../../shared/balancing/stride.ts';
import { retain } from '../../../../shared/maps.ts';
import type { Origin } from '../../../../shared/model/config.ts';
import { elapsed } from '../../../../shared/time/clock.ts';
import type { Reports, WeightOptions } from './reports.ts';

/** How often weights are read anew (gRFC A58, `weight_update_period`). */
const UPDATE_MS = 1_000;

interface Turns {
  ids: string;
  table: Stride;
  made_at: number;
  turn: number;
}

/**
 * Turns by reported load, as gRPC's weighted round robin: static stride over A58's weights times those of the
 * configuration. Reported weights stay within gRPC's bounds of their mean; configured ones count in full. An origin that
 * reports nothing counts as the mean of the others; with fewer than two that report, the configuration's weights alone count.
 */
export class ReportedTurns {
  /** By pool. */
  readonly #turns = new Map<string, Turns>();

  /** The index of the origin whose turn it is. @param origins of one pool */
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
 * The next turn. Some numbers are nobody's turn.
 * @param random set: it is the first. A random number is then an origin's turn by its weight. Counting on from any number, the heavy
 *   ones would be first too often
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
