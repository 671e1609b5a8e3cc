import type { Facts } from '../../../shared/contracts/facts.ts';
import type { Ranked, StrategyOptions, Target } from '../../../shared/strategies/strategy.ts';

/** Several rankings of the same targets: everything that a script gets to know and to draw from. */
export interface Job {
  targets: readonly Target[];
  facts: Facts;
  options: StrategyOptions;
  want: number;
  /** Four unsigned 32-bit integers for the generator of random numbers. */
  seed: readonly number[];
  /** The number that its first `next()` returns. */
  first: number;
  /** See `Draw.rate`. */
  rate?: number;
}

export interface Done {
  rankings: Ranked[];
  /** Numbers of the sequence that were used. */
  taken: number;
}

/** The properties that a script declares. */
export interface About {
  reads: readonly string[];
  use: 'once' | 'repeat';
  weighted: boolean;
}

/** The exports of {@link RANK_BATCH}. */
export interface RankBatch {
  about(module: object): About;
  rankBatch(module: object, jobs: readonly Job[]): Done[];
}

/**
 * The module that runs a script. It is text, because it runs where the script does: in the isolate that the Worker Loader makes,
 * and in the thread of `lb strategy check`. Orders are cut to the part that will be used, so that a thousand targets do not travel
 * for each ranking. The generator is sfc32.
 */
export const RANK_BATCH = `
const strategyOf = (module) => {
  const strategy = module.default ?? module.strategy;
  if (typeof strategy?.rank !== 'function') throw new TypeError('it exports no strategy');
  return strategy;
};

export function about(module) {
  const { reads, use, weighted } = strategyOf(module);
  return { reads, use, weighted };
}

export function rankBatch(module, jobs) {
  const strategy = strategyOf(module);
  return jobs.map(({ targets, facts, options, want, seed, first, rate }) => {
    let [a, b, c, d] = seed;
    const random = () => {
      const t = (a + b + d) | 0;
      d = (d + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = ((c << 21) | (c >>> 11)) + t | 0;
      return (t >>> 0) / 4294967296;
    };
    for (let i = 0; i < 12; i++) random();
    let taken = 0;
    const draw = { random, next: () => first + taken++ };
    if (rate !== undefined) draw.rate = () => rate;
    const rankings = [];
    while (rankings.length < want) {
      const ranked = strategy.rank(targets, facts, draw, options);
      const used = Math.max(options.limit, ranked.finalists ?? 0);
      rankings.push({ ...ranked, order: ranked.order.slice(0, used) });
      if (strategy.use === 'repeat' && ranked.use !== 'once') break;
    }
    return { rankings, taken };
  });
}
`;
