import type { Expression, Value } from './expression.ts';
import { ExpressionError, type Token } from './tokens.ts';

/** Where each part of an expression was found, for messages. Offsets are characters from 0. */
export type Places = ReadonlyMap<object, { from: number; to: number }>;

/** Levels of parentheses, negations and calls. Far more than people write, and a bound on the recursion. */
const MAX_DEPTH = 50;

/** The tokens of an expression, read one after the other, and the places of what was made of them. */
export class TokenReader {
  readonly places = new Map<object, { from: number; to: number }>();
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  /** @param tokens end with a token of kind `end` */
  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** Takes the string after an operator. */
  string(operator: string): Token {
    if (this.peek().kind !== 'string') throw this.unexpected(`a string after "${operator}"`);
    return this.take();
  }

  /** Reads one level deeper. */
  nested<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH)
      throw this.error(`more than ${MAX_DEPTH} levels of parentheses, "not" and calls; write it flatter`);
    const result = read();
    this.#depth--;
    return result;
  }

  /** Notes that a part began at `from` and ends with the token that was read last. */
  placed<T extends Expression | Value | { ip: string }>(part: T, from: number): T {
    this.places.set(part, { from, to: this.#tokens[this.#next - 1]?.to ?? from });
    return part;
  }

  from(part: Expression | Value): number {
    return this.places.get(part)?.from ?? 0;
  }

  /** The next token, without taking it. */
  peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '', from: 0, to: 0 };
  }

  take(): Token {
    const token = this.peek();
    this.#next++;
    return token;
  }

  /** Takes this word or symbol if it is next, and says whether it was. */
  skip(text: string): boolean {
    const { kind, text: found } = this.peek();
    if (kind === 'string' || kind === 'end' || found !== text) return false;
    this.#next++;
    return true;
  }

  expect(text: string, what = `"${text}"`): void {
    if (!this.skip(text)) throw this.unexpected(what);
  }

  /** The entry of a table for the next token, unless the token is a string. */
  symbolIn<T>(table: Readonly<Record<string, T>>): T | undefined {
    const { kind, text } = this.peek();
    return kind !== 'string' && Object.hasOwn(table, text) ? table[text] : undefined;
  }

  unexpected(expected: string): ExpressionError {
    const { kind, text } = this.peek();
    const found = kind === 'end' ? 'the end' : kind === 'string' ? 'a string' : JSON.stringify(text);
    return this.error(`expected ${expected}, got ${found}`);
  }

  /** An error at the next token. */
  error(message: string): ExpressionError {
    const { from, to } = this.peek();
    return new ExpressionError(message, from, to);
  }
}
