import type { Answer, Ranking } from '../../shared/contracts/selection.ts';
import { checkTables } from './check_tables.ts';
import type { Loaded } from './loaded.ts';

/** The longest that any answer is kept, whatever it says: a strategy that is replaced shall be gone within minutes. */
const MAX_AGE_MS = 300_000;

/** A fact whose name asks the runtime for a header: it throws for a name that is none (RFC 9110 §5.6.2). */
const BAD_HEADER = /^header:(?![!#$%&'*+.^_`|~0-9A-Za-z-]+$)/;

/**
 * Looks at what came from the selector before anything is built on it: one of another version, or a broken one, may
 * answer anything, and what is kept serves many requests. Fields that are not known pass, for contracts grow.
 *
 * One that holds another configuration may name none but origins that this gateway does not have, or that have left:
 * that is no answer either, it only looks like 'nobody can serve'.
 * @returns the answer
 * @throws Error saying what is wrong
 */
export function checkAnswer(value: unknown, loaded: Loaded): Answer {
  const { rankings, vary, max_age_ms, strategy, version = '' } = (value ?? {}) as Partial<Answer>;
  refuseIf(!Array.isArray(rankings) || !Array.isArray(vary), 'is not an Answer');
  refuseIf(typeof max_age_ms !== 'number' || !(max_age_ms > 0), 'has no `max_age_ms`');
  refuseIf(typeof strategy !== 'string', 'has no `strategy`');
  refuseIf(typeof version !== 'string', 'has a `version` that is no text');
  const answer = value as Answer;
  for (const fact of answer.vary) refuseIf(!isFact(fact), 'varies on what is not the name of a fact');
  for (const ranking of answer.rankings) checkRanking(ranking, loaded);
  checkTables(answer, loaded);
  return answer.max_age_ms > MAX_AGE_MS ? { ...answer, max_age_ms: MAX_AGE_MS } : answer;
}

function checkRanking(ranking: Ranking | null | undefined, loaded: Loaded): void {
  const { origins, finalists = 0, weights, strategy = '' } = ranking ?? {};
  if (!Array.isArray(origins))
    throw new TypeError('the answer of the selector has a ranking without origins');
  refuseIf(new Set(origins).size < origins.length, 'names an origin twice');
  refuseIf(!Number.isSafeInteger(finalists), 'has `finalists` that are no number');
  refuseIf(typeof strategy !== 'string', 'has a `strategy` that is no name');
  refuseIf(weights !== undefined && !areWeights(weights), 'has `weights` that are none');
  refuseIf(
    origins.length > 0 && !origins.some((id) => loaded.ready.has(id)),
    'names none but origins of another configuration',
  );
}

function areWeights(weights: unknown): boolean {
  return (
    typeof weights === 'object' &&
    weights !== null &&
    Object.values(weights).every((weight) => Number.isFinite(weight) && weight >= 0)
  );
}

/** Whether a request can be asked for a fact of that name. */
export function isFact(name: unknown): boolean {
  return typeof name === 'string' && !BAD_HEADER.test(name);
}

export function refuseIf(wrong: boolean, what: string): void {
  if (wrong) throw new TypeError(`the answer of the selector ${what}`);
}
