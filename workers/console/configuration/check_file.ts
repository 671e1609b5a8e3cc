import type { Profile } from '../../../shared/authoring/normalise.ts';
import { parseConfig } from '../../../shared/authoring/parse.ts';
import { type LocatedProblem, readJson } from '../../../shared/authoring/source/json_source.ts';
import { SourceProblem } from '../../../shared/authoring/source/problem.ts';
import { dataOf, readSource, type Source } from '../../../shared/authoring/source/source.ts';

/** A configuration file with all its problems, in the order of the file. */
export interface CheckedFile {
  /** Absent: the text is no file that can be changed, and `problems` say why. */
  source?: Source;
  problems: LocatedProblem[];
}

/** Checks a whole configuration file. @param options `force` as for `parseConfig` */
export function checkFile(text: string, profile: Profile, options: { force?: boolean } = {}): CheckedFile {
  try {
    const source = readSource(text);
    const { problems } = parseConfig(dataOf(source), profile, options);
    // Most files have none, and are not read again.
    if (problems.length === 0) return { source, problems: [] };
    const { locate } = readJson(text);
    const located = problems.map((problem) => ({ ...problem, ...locate(problem.path) }));
    return { source, problems: located.sort((a, b) => a.line - b.line || a.column - b.column) };
  } catch (error) {
    if (!(error instanceof SourceProblem)) throw error;
    return { problems: [...error.problems] };
  }
}
