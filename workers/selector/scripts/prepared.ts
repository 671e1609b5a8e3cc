import { random } from '../../../shared/strategies/random.ts';
import type { Draw, Ranked, Strategy } from '../../../shared/strategies/strategy.ts';
import type { Sequences } from '../draws.ts';
import type { Done } from './rank_batch.ts';

/** Sequences that carry a script's rankings to the place in select() where they are used. */
export class PreparedDraws implements Sequences {
  readonly #draws: Sequences;
  readonly #done: ReadonlyMap<string, Done>;
  readonly #used = new Map<string, number>();

  constructor(draws: Sequences, done: ReadonlyMap<string, Done>) {
    this.#draws = draws;
    this.#done = done;
  }

  of(key: string): PreparedDraw {
    const draw = this.#draws.of(key);
    return {
      random: () => draw.random(),
      next: () => draw.next(),
      ...(draw.rate === undefined ? {} : { rate: () => draw.rate?.() ?? 0 }),
      ranked: () => this.#take(key),
    };
  }

  /** The next ranking. The last one is handed out again and again, because a strategy that repeats has made only one. */
  #take(key: string): Ranked | undefined {
    const rankings = this.#done.get(key)?.rankings ?? [];
    const used = this.#used.get(key) ?? 0;
    this.#used.set(key, used + 1);
    return rankings[Math.min(used, rankings.length - 1)];
  }
}

/** A draw that has a ranking ready. */
export interface PreparedDraw extends Draw {
  ranked(): Ranked | undefined;
}

/** Ranks within select() for a script, which has ranked before. It was not asked about a single target. */
export const prepared: Strategy['rank'] = (targets, facts, draw, options) =>
  (draw as Partial<PreparedDraw>).ranked?.() ?? random.rank(targets, facts, draw, options);
