import { error, type Path, type Problem, problemText } from '../problem.ts';
import { type LocatedProblem, type Position, readJson } from './json_source.ts';
import type { Mistake } from './tree.ts';

/** A text that is no configuration file. The message has a line for each problem. */
export class SourceProblem extends Error {
  /** At least one, each an error. */
  readonly problems: readonly LocatedProblem[];

  constructor(problems: readonly LocatedProblem[]) {
    super(problems.map(textOf).join('\n'));
    this.name = 'SourceProblem';
    this.problems = problems;
  }

  static at(mistakes: readonly Mistake[], position: (offset: number) => Position): SourceProblem {
    return new SourceProblem(
      mistakes.map(({ path, message, offset }) => ({ ...error(path, message), ...position(offset) })),
    );
  }

  /** @param place turns a path of a problem into a path in the file */
  static of(problems: readonly Problem[], text: string, place: (path: Path) => Path): SourceProblem {
    const { locate } = readJson(text);
    return new SourceProblem(
      problems.map(({ severity, message, path }) => ({
        severity,
        path: place(path),
        message,
        ...locate(place(path)),
      })),
    );
  }
}

/** `7:5 pools[0]: must be an object`. */
function textOf(problem: LocatedProblem): string {
  return `${problem.line}:${problem.column} ${problemText(problem)}`;
}
