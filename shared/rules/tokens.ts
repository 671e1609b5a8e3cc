import type { Literal } from './expression.ts';
/** A piece of an expression. */
export interface Token {
  /** `word`: a name, a keyword, a number or an address, depending on its place. */
  kind: 'word' | 'string' | 'symbol' | 'end';
  /** As written. Of a string, its value. */
  text: string;
  /** Start and end, in characters from 0. */
  from: number;
  to: number;
}

const SPACE = /[ \t\r\n]*/y;
const WORD = /[A-Za-z0-9_.:/-]+/y;
const SYMBOL = /==|!=|<=|>=|&&|\|\||\^\^|[<>~!(){}[\],*$&]/y;
/** Cloudflare's: up to 255 `#`. */
const RAW = /r(#{0,255})"/y;

/**
 * Cuts an expression into tokens. It is hand-written because the string after `matches` has other escapes.
 * @returns tokens, the last of kind `end`
 * @throws {ExpressionError} at a character that begins no token, or a string without an end
 */
export function tokens(text: string): Token[] {
  const list: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  for (;;) {
    at += match(SPACE)?.[0].length ?? 0;
    const from = at;
    const raw = match(RAW);
    const plain = match(WORD) ?? match(SYMBOL);
    if (at >= text.length) return [...list, { kind: 'end', text: '', from, to: from }];
    if (raw !== null) {
      const begin = at + raw[0].length;
      const end = text.indexOf(`"${raw[1]}`, begin);
      if (end < 0) throw new ExpressionError('the string has no end; add a quote', from, text.length);
      at = end + raw[0].length - 1;
      list.push({ kind: 'string', text: text.slice(begin, end), from, to: at });
    } else if (text[at] === '"') {
      const before = list.at(-1);
      // In `in {"matches" "\\x2f"}` the string before is a value and not the operator, so its kind matters.
      const is_pattern = before?.kind !== 'string' && (before?.text === 'matches' || before?.text === '~');
      const read = is_pattern ? readPattern : readString;
      const { value, end } = read(text, at);
      at = end;
      list.push({ kind: 'string', text: value, from, to: at });
    } else if (plain !== null) {
      at += plain[0].length;
      list.push({ kind: /\w|-|[.:/]/.test(plain[0]) ? 'word' : 'symbol', text: plain[0], from, to: at });
    } else {
      const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
      throw new ExpressionError(`unexpected ${JSON.stringify(character)}`, from, from + character.length);
    }
  }
}

interface Read {
  value: string;
  /** After the closing quote. */
  end: number;
}

/** `\"`, `\\`, `\x2e` and `\056`. The last two are bytes of UTF-8. */
const ESCAPE = /\\(?:(["\\])|x([0-9A-Fa-f]{2})|([0-7]{3}))/y;

function readString(text: string, from: number): Read {
  const bytes: number[] = [];
  for (let at = from + 1; at < text.length; ) {
    if (text[at] === '"') return { value: decode(bytes, from, at + 1), end: at + 1 };
    if (text[at] === '\\') {
      ESCAPE.lastIndex = at;
      const [all, plain, hex, octal] = ESCAPE.exec(text) ?? [];
      const byte = plain
        ? plain.charCodeAt(0)
        : hex
          ? Number.parseInt(hex, 16)
          : Number.parseInt(octal ?? '', 8);
      if (all === undefined || byte > 255)
        throw new ExpressionError(
          'allowed after a backslash: ", \\, xHH or OOO; write r"…" for a string without escapes',
          at,
          Math.min(at + 2, text.length),
        );
      bytes.push(byte);
      at += all.length;
    } else {
      const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
      bytes.push(...new TextEncoder().encode(character));
      at += character.length;
    }
  }
  throw new ExpressionError('the string has no end; add a quote', from, text.length);
}

function decode(bytes: number[], from: number, to: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(new Uint8Array(bytes));
  } catch {
    throw new ExpressionError('the bytes of this string are not UTF-8', from, to);
  }
}

/** In a pattern, a backslash belongs to the pattern except in `\"`, and a quote in brackets does not end it. */
function readPattern(text: string, from: number): Read {
  let value = '';
  let in_brackets = false;
  for (let at = from + 1; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '"' && !in_brackets) return { value, end: at + 1 };
    if (character === '\\' && at + 1 < text.length) {
      const next = text[++at] ?? '';
      value += next === '"' && !in_brackets ? next : `\\${next}`;
      continue;
    }
    if (character === '[') in_brackets = true;
    if (character === ']') in_brackets = false;
    value += character;
  }
  throw new ExpressionError('the pattern has no end; add a quote', from, text.length);
}

/** A mistake in an expression. This folder throws it, and returns it as a value. */
export class ExpressionError extends Error {
  /** Offsets in characters from 0. */
  readonly from: number;
  readonly to: number;

  constructor(message: string, from: number, to: number) {
    super(message);
    this.name = 'ExpressionError';
    this.from = from;
    this.to = to;
  }
}

/** A string, a number, or text that can only be an address, which check.ts checks. Undefined: none of them. */
export function literalOf({ kind, text }: Token): Literal | undefined {
  if (kind === 'string') return text;
  if (kind !== 'word') return undefined;
  const integer = integerOf(text);
  if (integer !== undefined) return integer;
  return /^\d/.test(text) || text.includes(':') ? { ip: text } : undefined;
}

/** A range of numbers: `8000..8009`. */
export function rangeOf({ kind, text }: Token): { from: number; to: number } | undefined {
  const [from, to] = kind === 'word' && text.includes('..') ? text.split('..').map(integerOf) : [];
  return from === undefined || to === undefined ? undefined : { from, to };
}

/** Decimal, `0x1f` or, as in C, octal `017`. */
function integerOf(text: string): number | undefined {
  if (!/^(-?[1-9]\d*|0|0x[0-9A-Fa-f]+|0[0-7]+)$/.test(text)) return undefined;
  const value = /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
