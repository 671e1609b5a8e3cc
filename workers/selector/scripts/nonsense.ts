import type { Ranked } from '../../../shared/strategies/strategy.ts';
import type { About, Done, Job } from './rank_batch.ts';

// A script is somebody else's code, so everything that it returns is checked.

const FACT = /^(client_address|country|region|colo|position|host|path|method|(header|cookie|query):.+)$/;

/** Checks the properties that a script declares. @returns what is wrong, in words; undefined: nothing */
export function nonsenseAbout({ reads, use, weighted }: About): string | undefined {
  if (!Array.isArray(reads) || !reads.every((fact) => typeof fact === 'string' && FACT.test(fact)))
    return '`reads` must be a list of facts';
  if (use !== 'once' && use !== 'repeat') return '`use` must be "once" or "repeat"';
  if (typeof weighted !== 'boolean') return '`weighted` must be true or false';
  return undefined;
}

/** Checks the rankings of a script. @returns what is wrong, in words; undefined: nothing */
export function nonsenseIn(jobs: readonly Job[], done: readonly Done[]): string | undefined {
  if (!Array.isArray(done) || done.length !== jobs.length)
    return 'it must return one list of rankings for each list of targets';
  for (const [index, { targets }] of jobs.entries()) {
    const known = new Set(targets.map(({ id }) => id));
    const rankings = done[index]?.rankings;
    if (!Array.isArray(rankings) || rankings.length === 0) return 'it returned no rankings';
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
  const unknown = order.find((id) => !known.has(id));
  if (unknown !== undefined)
    return `it named ${JSON.stringify(String(unknown))}, which was not among its targets`;
  if (new Set(order).size !== order.length) return 'it named a target twice';
  if (!Number.isInteger(finalists) || finalists < 0)
    return '`finalists` must be a whole number of at least 0';
  if (by !== undefined && typeof by !== 'string') return '`by` must be a string';
  if (settle !== undefined && !Object.values(settle).every((value) => Number.isFinite(value)))
    return '`settle` must hold numbers only';
  return undefined;
}
