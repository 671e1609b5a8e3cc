import { forceableError, problemText } from '../../../shared/authoring/problem.ts';
import { type LocatedProblem, placeText } from '../../../shared/authoring/source/json_source.ts';
import type { Source } from '../../../shared/authoring/source/source.ts';
import { type Mistake, Refusal } from '../refusal.ts';
import type { Checking } from './check_change.ts';
import { checkFile } from './check_file.ts';
import { mistakeOf } from './mistakes.ts';

/** A configuration file that may be published. */
export interface TakenFile {
  source: Source;
  /** Its warnings, each with its place: `line 7, column 5: pools[0].origins: …`. */
  notes: string[];
}

/**
 * Reads and checks a whole configuration file that replaces another one. It is stored as UTF-8, which has no lone surrogates, so each becomes U+FFFD here.
 * @param before the file that it replaces; undefined: none, or it is not in force
 * @throws {Refusal} 400 with every mistake in it. Each names its line and column, so that whoever sends a file need not check it first
 */
export function takeFile(
  text: string,
  { profile, force, before }: Checking & { before?: Source },
): TakenFile {
  const { source, problems } = checkFile(text.toWellFormed(), profile, { force });
  const mistakes = problems.filter(({ severity }) => severity === 'error').map(mistakeAt);
  if (source === undefined || mistakes.length > 0) throw new Refusal(400, mistakes);
  if (before !== undefined && !force) refuseEmptied(before, source);
  const warnings = problems.filter(({ severity }) => severity === 'warning');
  return {
    source,
    notes: warnings.map((one) => `${placeText(one)}: ${problemText(one)}`),
  };
}

/**
 * A file without load balancers is valid, because accounts begin so. In place of one that serves, it is more often a mistake. Objects
 * can be deleted one by one without `force`, down to the last: whoever does that names each of them.
 * @throws {Refusal} 400
 */
function refuseEmptied(before: Source, after: Source): void {
  if (before.items.load_balancers.length === 0 || after.items.load_balancers.length > 0) return;
  const problem = forceableError(
    ['load_balancers'],
    'is empty, so every request would get 404; keep a load balancer',
  );
  throw new Refusal(400, [mistakeOf(problem, problem.path)]);
}

function mistakeAt(problem: LocatedProblem): Mistake {
  const mistake = mistakeOf(problem, problem.path);
  return { ...mistake, message: `${placeText(problem)}: ${mistake.message}` };
}
