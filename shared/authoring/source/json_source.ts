import { error, type Path, type Problem } from '../problem.ts';
import { type Piece, readTree } from './tree.ts';

/** Counted from 1, as editors do. */
export interface Position {
  line: number;
  column: number;
}

/** A position in words: `line 7, column 5`. */
export function placeText({ line, column }: Position): string {
  return `line ${line}, column ${column}`;
}

/** A problem and its position in the file. */
export type LocatedProblem = Problem & Position;

/** The content of a JSONC file, its problems as JSON, and the position of each of its values. */
export interface JsonSource {
  data: unknown;
  /** Syntax errors and duplicate keys. */
  problems: LocatedProblem[];
  /** The position of the field at a path. If the file lacks the field, the position of the nearest object around it. */
  locate(path: Path): Position;
}

/** Reads JSON with comments and trailing commas. A syntax error leaves `data` undefined. */
export function readJson(source: string): JsonSource {
  const text = withoutMark(source);
  const { root, mistakes } = readTree(text, 0);
  const position = positionsIn(text);
  let whole: Piece | undefined;
  return {
    data: root?.value,
    problems: mistakes.map(({ path, message, offset }) => ({ ...error(path, message), ...position(offset) })),
    locate: (path) => {
      if (root === undefined) return position(0);
      // Most files have no problem to be located.
      whole ??= readTree(text, Number.POSITIVE_INFINITY).root ?? root;
      return position(nearest(whole, path).from);
    },
  };
}

/** A text without its byte order mark. */
export function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, '');
}

/** Turns offsets in a text into positions. It reads the text when it is first asked. */
export function positionsIn(text: string): (offset: number) => Position {
  let starts: number[] | undefined;
  return (offset) => {
    starts ??= lineStarts(text);
    // A binary search, because a large file has thousands of problems and tens of thousands of lines.
    let [line, after] = [0, starts.length];
    while (after - line > 1) {
      const middle = (line + after) >> 1;
      if ((starts[middle] ?? 0) <= offset) line = middle;
      else after = middle;
    }
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** The place at a path, or the last one on the way to it. A person looks for the key of a field, not for its value. */
function nearest(root: Piece, path: Path): Piece {
  let piece = root;
  for (const step of path) {
    const next =
      typeof step === 'number' && Array.isArray(piece.value)
        ? piece.children[step]
        : piece.children.find(({ key }) => key === step);
    if (next === undefined) return piece;
    piece = next;
  }
  return piece;
}
