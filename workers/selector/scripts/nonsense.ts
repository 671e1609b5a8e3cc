import type { Ranked } from '../../../shared/strategies/strategy.ts';
import type { About, Done, Job } from './rank_batch.ts';

// What comes from a script is somebody else's: nothing of it is believed.

const FACT = /^(client_address|country|region|colo|position|host|path|method|(header|cookie|query):.+)$/;

/** What is wrong with what a script says of itself, in words; undefined: nothing. */
export function nonsenseAbout({ reads, use, weighted }: About): string | undefined {
  if (!Array.isArray(reads) || !reads.every((fact) => typeof fact === 'string' && FACT.test(fact)))
    return '`reads` is not a list of facts';
  if (use !== 'once' && use !== 'repeat') return '`use` is neither "once" nor "repeat"';
  if (typeof weighted !== 'boolean') return '`weighted` is neither true nor false';
  return undefined;
}

/** What is wrong with the rankings of a script, in words; undefined: nothing. */
export function nonsenseIn(jobs: readonly Job[], done: readonly Done[]): string | undefined {
  if (!Array.isArray(done) || done.length !== jobs.length) return 'it answered no list of rankings';
  for (const [index, { targets }] of jobs.entries()) {
    const known = new Set(targets.map(({ id }) => id));
    const rankings = done[index]?.rankings;
    if (!Array.isArray(rankings) || rankings.length === 0) return 'it answered no rankings';
    for (const ranked of rankings) {
      const wrong = wrongWith(ranked, known);
      if (wrong !== undefined) return wrong;
    }
  }
  return undefined;
}

function wrongWith(
  { order, finalists = 0, by, settle }: Ranked,
  known: ReadonlySet<string>,
): string | undefined {
  if (!Array.isArray(order) || order.length === 0) return 'it ranked nothing';
  const stranger = order.find((id) => !known.has(id));
  if (stranger !== undefined)
    return `it named ${JSON.stringify(String(stranger))}, which was not among its targets`;
  if (new Set(order).size !== order.length) return 'it named a target twice';
  if (!Number.isInteger(finalists) || finalists < 0) return '`finalists` is not a whole number';
  if (by !== undefined && typeof by !== 'string') return '`by` is not a word';
  if (settle !== undefined && !Object.values(settle).every((value) => Number.isFinite(value)))
    return '`settle` holds something that is not a number';
  return undefined;
}
