import type { Answer, Ranking } from '../../../shared/contracts/selection.ts';
import type { CompiledConfig } from '../state/compiled_config.ts';
import { checkTables } from './check_tables.ts';
import { isFact, refuseIf } from './refuse.ts';

/** No answer is kept longer, whatever it says, so a replaced strategy is gone within minutes. */
const MAX_AGE_MS = 300_000;

/**
 * Checks a selector's answer before it is used. A selector of another version, or a broken one, may answer anything, and a
 * kept answer serves many requests. Unknown fields pass, because contracts grow.
 *
 * A selector that holds another configuration may name only origins that this gateway does not have, or that left. Such an
 * answer is refused: it would look like 'nobody can serve'.
 * @returns the answer, with `max_age_ms` bounded
 * @throws TypeError saying what is wrong
 */
export function checkAnswer(value: unknown, compiled: CompiledConfig): Answer {
  const { rankings, vary, max_age_ms, strategy, version = '' } = (value ?? {}) as Partial<Answer>;
  refuseIf(!Array.isArray(rankings) || !Array.isArray(vary), 'is not an Answer');
  refuseIf(typeof max_age_ms !== 'number' || !(max_age_ms > 0), 'has no `max_age_ms`');
  refuseIf(typeof strategy !== 'string', 'has no `strategy`');
  refuseIf(typeof version !== 'string', 'has a `version` that is not a string');
  const answer = value as Answer;
  for (const fact of answer.vary)
    refuseIf(!isFact(fact), 'has an entry in `vary` that is not the name of a fact');
  for (const ranking of answer.rankings) checkRanking(ranking, compiled);
  checkTables(answer, compiled);
  return answer.max_age_ms > MAX_AGE_MS ? { ...answer, max_age_ms: MAX_AGE_MS } : answer;
}

function checkRanking(ranking: Ranking | null | undefined, compiled: CompiledConfig): void {
  const { origins, finalists = 0, weights, strategy = '' } = ranking ?? {};
  if (!Array.isArray(origins))
    throw new TypeError('the answer of the selector has a ranking without origins');
  refuseIf(new Set(origins).size < origins.length, 'names an origin twice');
  refuseIf(!Number.isSafeInteger(finalists), 'has `finalists` that is not a whole number');
  refuseIf(typeof strategy !== 'string', 'has a ranking whose `strategy` is not a string');
  refuseIf(weights !== undefined && !areWeights(weights), 'has `weights` that are not numbers of 0 or more');
  refuseIf(
    origins.length > 0 && !origins.some((id) => compiled.ready.has(id)),
    'has a ranking that names only origins of another configuration',
  );
}

function areWeights(weights: unknown): boolean {
  return (
    typeof weights === 'object' &&
    weights !== null &&
    Object.values(weights).every((weight) => Number.isFinite(weight) && weight >= 0)
  );
}
