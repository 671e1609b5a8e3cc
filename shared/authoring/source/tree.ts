import { type ParseErrorCode, printParseErrorCode, visit } from 'jsonc-parser';
import type { Path } from '../problem.ts';

/** A value and its place in a text. */
export interface Piece {
  /** Offset of its key; of a value without a key, of the value. */
  from: number;
  /** Offset of the value. */
  start: number;
  /** Offset after the value. */
  end: number;
  /** Of a field of an object. */
  key?: string;
  value: unknown;
  /** Fields or items. Empty for other values, and below the depth that was asked for. */
  children: Piece[];
}

/** A mistake in a text. */
export interface Mistake {
  path: Path;
  message: string;
  offset: number;
}

/** A JSONC text as a tree. */
export interface Tree {
  /** Absent: the text is not JSONC, or nested too deeply. */
  root?: Piece;
  /** Syntax errors and duplicate keys, in the order of the text: the first 100. */
  mistakes: Mistake[];
}

/** Nobody reads more of them. A file that is no JSONC at all could have a million. */
const MAX_MISTAKES = 100;

/** A list or object that is being read. */
interface Frame {
  value: unknown[] | Record<string, unknown>;
  piece: Piece | undefined;
  /** Key and offset of the field that is being read. */
  key: string;
  from: number;
}

/**
 * Largest depth of nesting. A configuration has eight levels. Parsers call themselves once per level, so a file that is
 * nested too deeply would overflow the stack.
 */
const MAX_DEPTH = 100;

/**
 * Reads JSON with comments and trailing commas in one pass. It keeps the places of few values, because a tree of a whole file of
 * 1 MB takes five times as long.
 * @param text without a byte order mark
 * @param levels depth down to which the tree has places; 0: of the whole value only
 */
export function readTree(text: string, levels: number): Tree {
  const mistakes: Mistake[] = [];
  const stack: Frame[] = [];
  let root: Piece | undefined;
  let broken = false;

  function add(value: unknown, start: number, end: number): Piece | undefined {
    const parent = stack.at(-1);
    if (parent === undefined) {
      root = { from: start, start, end, value, children: [] };
      return root;
    }
    const in_list = Array.isArray(parent.value);
    if (Array.isArray(parent.value)) parent.value.push(value);
    else setField(parent.value, parent.key, value);
    if (parent.piece === undefined || stack.length > levels) return undefined;
    const place = in_list ? { from: start } : { from: parent.from, key: parent.key };
    const piece = { ...place, start, end, value, children: [] };
    parent.piece.children.push(piece);
    return piece;
  }

  function open(value: Frame['value'], offset: number): void {
    if (stack.length >= MAX_DEPTH) throw new TooDeep(offset);
    const piece = add(value, offset, offset);
    stack.push({ value, piece, key: '', from: offset });
  }

  function close(end: number): void {
    const frame = stack.pop();
    if (frame?.piece !== undefined) frame.piece.end = end;
  }

  function name(key: string, offset: number): void {
    const frame = stack.at(-1);
    if (frame === undefined) return;
    frame.key = key;
    frame.from = offset;
    if (!Object.hasOwn(frame.value, key)) return;
    const message = `duplicate key "${key}"; JSON keeps the last one only`;
    note({ path: pathOf(stack), message, offset });
  }

  function note(mistake: Mistake): void {
    mistakes.push(mistake);
    if (mistakes.length >= MAX_MISTAKES) throw new TooMany();
  }

  try {
    visit(
      text,
      {
        onObjectBegin: (offset) => open({}, offset),
        onArrayBegin: (offset) => open([], offset),
        onObjectEnd: (offset, length) => close(offset + length),
        onArrayEnd: (offset, length) => close(offset + length),
        onObjectProperty: name,
        onLiteralValue: (value, offset, length) => void add(value, offset, offset + length),
        onError: (code, offset) => {
          broken = true;
          note({ path: [], message: words(code), offset });
        },
      },
      { allowTrailingComma: true },
    );
  } catch (cause) {
    if (cause instanceof TooMany) return { mistakes: broken ? mistakes.filter(isSyntax) : mistakes };
    if (!(cause instanceof TooDeep)) throw cause;
    const message = `nested more than ${MAX_DEPTH} levels deep; no field needs that`;
    return { mistakes: [{ path: [], message, offset: cause.offset }] };
  }
  // After a syntax error the reader guesses, so what it says of keys may be wrong.
  if (broken) return { mistakes: mistakes.filter(isSyntax) };
  return root === undefined ? { mistakes } : { root, mistakes };
}

function isSyntax({ path }: Mistake): boolean {
  return path.length === 0;
}

class TooMany extends Error {}

class TooDeep extends Error {
  readonly offset: number;

  constructor(offset: number) {
    super('nested too deeply');
    this.offset = offset;
  }
}

function setField(object: Record<string, unknown>, key: string, value: unknown): void {
  // By assignment `__proto__` would be no ordinary key.
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  else object[key] = value;
}

/** The path of the field that is being read. A list that is being read holds the value that is being read already. */
function pathOf(stack: readonly Frame[]): Path {
  return stack.map(({ value, key }) => (Array.isArray(value) ? value.length - 1 : key));
}

/** `CommaExpected` -> `comma expected`. */
function words(code: ParseErrorCode): string {
  return printParseErrorCode(code)
    .replace(/(?!^)([A-Z])/g, ' $1')
    .toLowerCase();
}
