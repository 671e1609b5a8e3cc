import { type Stride, strideOf, strideTurn } from '../balancing/stride.ts';
import { getOrMake } from '../maps.ts';
import { policy } from './policy.ts';
import type { Target } from './strategy.ts';

/**
 * How far ahead the entries after the first are looked for, in rounds of all targets. Within this many rounds even a weight of
 * 0.01, the smallest step of the configuration, has its turn beside a weight of 1.
 */
const LOOK_AHEAD_ROUNDS = 100;

/** Tables by list. The selector passes the same list until the configuration or health changes. */
const tables = new WeakMap<readonly Target[], Stride>();

/**
 * Weighted turns (static stride, shared/balancing/stride.ts). Each isolate takes turns of its own, from a random start. Shares are
 * exact in each isolate, whatever the ratio of the weights, and no sequence spans two isolates.
 */
export const round_robin = policy({
  name: 'round_robin',
  about: 'Weighted turns (static stride): exact shares in each isolate.',
  levels: ['pools', 'origins'],
  use: 'once',
  weighted: true,
  makes_table: true,
  rank(targets, _facts, draw, { limit }) {
    const table = getOrMake(tables, targets, tableOf);
    let turn = draw.next();
    let index = strideTurn(table, turn);
    // Ends within two rounds: the heaviest target never passes.
    while (index === undefined) {
      turn = draw.next();
      index = strideTurn(table, turn);
    }
    // Entries behind the first choice take no turn. Otherwise a ranking of all targets would use up a whole round, and every
    // request would begin with the same target.
    const chosen = new Set([index]);
    const wanted = Math.min(limit, targets.length);
    const end = turn + LOOK_AHEAD_ROUNDS * targets.length;
    for (let ahead = turn + 1; chosen.size < wanted && ahead < end; ahead++) {
      const next = strideTurn(table, ahead);
      if (next !== undefined) chosen.add(next);
    }
    for (let rest = 0; chosen.size < wanted; rest++) chosen.add(rest);
    return { order: [...chosen].flatMap((at) => targets[at]?.id ?? []) };
  },
});

function tableOf(targets: readonly Target[]): Stride {
  return strideOf(targets.map(({ weight }) => weight));
}
