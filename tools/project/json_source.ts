import {
  createScanner,
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { error, type Path, type Problem } from '../../shared/authoring/problem.ts';

/** Counted from 1, as editors do. */
export interface Position {
  line: number;
  column: number;
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

/**
 * Largest depth of nesting. A configuration has eight levels. Parsers call themselves once per level, so a file that is
 * nested too deeply would overflow the stack.
 */
const MAX_DEPTH = 100;

/** Reads JSON with comments and trailing commas. A syntax error leaves `data` undefined. */
export function readJson(source: string): JsonSource {
  const text = source.replace(/^\uFEFF/, '');
  const position = positions(text);
  const deep = firstBelow(MAX_DEPTH, text);
  if (deep !== undefined) {
    const message = `nested more than ${MAX_DEPTH} levels deep; no field needs that`;
    return {
      data: undefined,
      problems: [{ ...error([], message), ...position(deep) }],
      locate: () => position(0),
    };
  }
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  if (root === undefined || errors.length > 0) {
    const problems = errors.map(({ error: code, offset }) => ({
      ...error([], words(printParseErrorCode(code))),
      ...position(offset),
    }));
    return { data: undefined, problems, locate: () => position(0) };
  }
  return {
    data: getNodeValue(root),
    problems: [...duplicateKeys(root, [])].map(({ node, path, key }) => ({
      ...error(path, `duplicate key "${key}"; JSON keeps the last one only`),
      ...position(node.offset),
    })),
    locate: (path) => position(nearest(root, path).offset),
  };
}

/** The offset of the first object or list that is nested more than `levels` deep; undefined if there is none. */
function firstBelow(levels: number, text: string): number | undefined {
  const scanner = createScanner(text);
  let depth = 0;
  for (;;) {
    scanner.scan();
    const offset = scanner.getTokenOffset();
    if (offset >= text.length) return undefined;
    // No other token begins with a brace: a string begins with its quote.
    const first = text[offset] ?? '';
    if ('{['.includes(first)) depth++;
    if (']}'.includes(first)) depth--;
    if (depth > levels) return offset;
  }
}

function nearest(root: Node, path: Path): Node {
  for (let length = path.length; length > 0; length--) {
    const node = findNodeAtLocation(root, path.slice(0, length));
    // A person looks for the key of a field, not for its value.
    if (node !== undefined) return node.parent?.type === 'property' ? node.parent : node;
  }
  return root;
}

function* duplicateKeys(node: Node, path: Path): Generator<{ node: Node; path: Path; key: string }> {
  const seen = new Set<string>();
  for (const [index, child] of (node.children ?? []).entries()) {
    const [name, value] = child.type === 'property' ? (child.children ?? []) : [undefined, child];
    const key: string | number = name === undefined ? index : String(name.value);
    if (typeof key === 'string' && seen.has(key)) yield { node: child, path: [...path, key], key };
    if (typeof key === 'string') seen.add(key);
    if (value !== undefined) yield* duplicateKeys(value, [...path, key]);
  }
}

/** `CommaExpected` -> `comma expected`. */
function words(code: string): string {
  return code.replace(/(?!^)([A-Z])/g, ' $1').toLowerCase();
}

function positions(text: string): (offset: number) => Position {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return (offset) => {
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
