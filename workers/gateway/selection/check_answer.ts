import type { Answer, Ranking } from '../../../shared/contracts/selection.ts';
import type { CompiledConfig } from '../state/compiled_config.ts';
import { checkParts, checkTables } from './check_tables.ts';
import { isFact, must, mustList } from './must.ts';

/** The longest that any answer is kept, so that a replaced strategy is gone within minutes. */
const MAX_AGE_MS = 300_000;

/**
 * Checks a selector's answer before it is used. A selector of another version, or a broken one, may answer anything, and a
 * kept answer serves many requests. Unknown fields pass, because contracts grow.
 *
 * A selector with another configuration may name only origins that this gateway does not have or that have left. Such an answer
 * is refused, because it would look as if no origin could serve.
 * @returns the answer, with `max_age_ms` bounded
 * @throws TypeError that names the field and what it must be
 */
export function checkAnswer(value: unknown, compiled: CompiledConfig): Answer {
  const answer = (value ?? {}) as Answer;
  const { rankings, vary, max_age_ms, strategy, version = '', reasons = '' } = answer;
  mustList(vary, 'vary', isFact);
  must(typeof max_age_ms === 'number' && max_age_ms > 0, 'max_age_ms', 'a number above 0');
  must(typeof strategy === 'string', 'strategy', 'a string');
  must(typeof version === 'string', 'version', 'a string');
  must(typeof reasons === 'string', 'reasons', 'a string');
  checkTables(answer);
  must(Array.isArray(rankings), 'rankings', 'a list');
  for (const ranking of rankings) checkRanking(ranking, answer, compiled);
  return max_age_ms > MAX_AGE_MS ? { ...answer, max_age_ms: MAX_AGE_MS } : answer;
}

function checkRanking(ranking: Ranking | null, answer: Answer, compiled: CompiledConfig): void {
  const { origins, finalists = 0, weights = {}, strategy = '', parts } = ranking ?? ({} as Partial<Ranking>);
  must(Array.isArray(origins), 'origins', 'a list');
  must(new Set(origins).size === origins.length, 'origins', 'free of duplicates');
  must(
    origins.length === 0 || origins.some((id) => compiled.ready.has(id)),
    'origins',
    "of the gateway's configuration",
  );
  must(Number.isSafeInteger(finalists), 'finalists', 'a whole number');
  must(typeof strategy === 'string', 'strategy', 'a string');
  must(areWeights(weights), 'weights', 'numbers of 0 or more');
  if (parts !== undefined) checkParts(parts, answer, compiled);
}

function areWeights(weights: unknown): boolean {
  return (
    typeof weights === 'object' &&
    weights !== null &&
    Object.values(weights).every((weight) => Number.isFinite(weight) && weight >= 0)
  );
}
