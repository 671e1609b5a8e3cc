import { parseConfig } from '../../../shared/authoring/parse.ts';
import { forceableError, type Problem, problemText } from '../../../shared/authoring/problem.ts';
import {
  type LocatedProblem,
  type Position,
  readJson,
} from '../../../shared/authoring/source/json_source.ts';
import { SourceProblem } from '../../../shared/authoring/source/problem.ts';
import { dataOf, readSource, type Source } from '../../../shared/authoring/source/source.ts';
import { type Mistake, Refusal } from '../refusal.ts';
import type { Checking } from './check_change.ts';
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
  const well_formed = text.toWellFormed();
  const source = sourceIn(well_formed);
  const located = locatedIn(well_formed, parseConfig(dataOf(source), profile, { force }).problems);
  const mistakes = located.filter(({ severity }) => severity === 'error').map(mistakeAt);
  if (mistakes.length > 0) throw new Refusal(400, mistakes);
  if (before !== undefined && !force) refuseEmptied(before, source);
  const warnings = located.filter(({ severity }) => severity === 'warning');
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

function sourceIn(text: string): Source {
  try {
    return readSource(text);
  } catch (error) {
    if (!(error instanceof SourceProblem)) throw error;
    throw new Refusal(400, error.problems.map(mistakeAt));
  }
}

/** Problems in the order of the file. Most files have none, and are not read again. */
function locatedIn(text: string, problems: readonly Problem[]): LocatedProblem[] {
  if (problems.length === 0) return [];
  const { locate } = readJson(text);
  return problems
    .map((problem) => ({ ...problem, ...locate(problem.path) }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

function mistakeAt(problem: LocatedProblem): Mistake {
  const mistake = mistakeOf(problem, problem.path);
  return { ...mistake, message: `${placeText(problem)}: ${mistake.message}` };
}

function placeText({ line, column }: Position): string {
  return `line ${line}, column ${column}`;
}
