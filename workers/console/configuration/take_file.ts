import { parseConfig } from '../../../shared/authoring/parse.ts';
import { SourceProblem } from '../../../shared/authoring/source/problem.ts';
import { dataOf, readSource, type Source } from '../../../shared/authoring/source/source.ts';
import { type Mistake, Refusal } from '../refusal.ts';
import type { Checking } from './check_change.ts';
import { mistakeOf } from './mistakes.ts';

/**
 * Reads and checks a whole configuration file. It is stored as UTF-8, which has no lone surrogates, so each becomes U+FFFD here.
 * @throws {Refusal} 400 with every mistake in it
 */
export function takeFile(text: string, { profile, force }: Checking): Source {
  const source = sourceIn(text.toWellFormed());
  const { problems } = parseConfig(dataOf(source), profile, { force });
  const mistakes = problems
    .filter(({ severity }) => severity === 'error')
    .map((problem): Mistake => mistakeOf(problem, problem.path));
  if (mistakes.length > 0) throw new Refusal(400, mistakes);
  return source;
}

function sourceIn(text: string): Source {
  try {
    return readSource(text);
  } catch (error) {
    if (!(error instanceof SourceProblem)) throw error;
    throw new Refusal(
      400,
      error.problems.map(({ line, column, ...problem }) => {
        const mistake = mistakeOf(problem, problem.path);
        return { ...mistake, message: `line ${line}, column ${column}: ${mistake.message}` };
      }),
    );
  }
}
