import type { Profile } from '../../../shared/authoring/normalise.ts';
import { problemText } from '../../../shared/authoring/problem.ts';
import { readSource } from '../../../shared/authoring/source/source.ts';
import type { CheckedSource } from '../../../shared/contracts/history.ts';
import { checkFile } from '../configuration/check_file.ts';
import { differences } from './difference.ts';

/** Nobody reads more of them. */
const MAX_PROBLEMS = 1_000;

/**
 * What is wrong in a file, and what it would change.
 * @param before the newest version's file; empty: there is none
 */
export function checkedSource(text: string, before: string, profile: Profile): CheckedSource {
  const { source, problems } = checkFile(text.toWellFormed(), profile);
  return {
    problems: problems.slice(0, MAX_PROBLEMS).map((problem) => {
      const { severity, line, column, forceable = false } = problem;
      return { severity, line, column, message: problemText(problem), forceable };
    }),
    differences: source === undefined ? null : differences(readSource(before === '' ? '{}' : before), source),
  };
}
