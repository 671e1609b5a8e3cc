import { didYouMean } from '../suggest.ts';
import type { Argument, Element, Expression, Index, Literal, Value } from './expression.ts';
import { ExpressionError } from './expression_error.ts';
import { literalOf, rangeOf } from './literals.ts';
import { COMPARISONS, LOGICAL, OPERATOR_WORDS } from './operators.ts';
import { compilePattern } from './pattern.ts';
import type { Program } from './program.ts';
import { type Token, tokens } from './tokens.ts';

/** Where each part of an expression was found, for messages. */
export type Places = ReadonlyMap<object, { from: number; to: number }>;

/** Cloudflare's limit. */
export const MAX_LENGTH = 4_096;
/** Parentheses, negations and calls inside each other: no person writes more, and recursion has an end. */
const MAX_DEPTH = 50;

/**
 * Reads an expression of Cloudflare's Rules language. Names and types are not looked at (check.ts).
 * @throws {ExpressionError} at the first thing that is not the language
 */
export function parse(text: string): { expression: Expression; places: Places } {
  if (text.length > MAX_LENGTH)
    throw new ExpressionError(`${text.length} characters; allowed: ${MAX_LENGTH}`, MAX_LENGTH, text.length);
  const parser = new Parser(tokens(text));
  return { expression: parser.whole(), places: parser.places };
}

/** Words that are conditions by themselves, as the operator that gives that result of no operands. */
const CONSTANTS: Readonly<Record<string, 'and' | 'or'>> = { true: 'and', false: 'or' };

class Parser {
  readonly places = new Map<object, { from: number; to: number }>();
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Expression {
    const expression = this.#expression(0);
    const next = this.#peek();
    if (next.kind === 'word') throw this.#unknownOperator(next);
    if (next.kind !== 'end') throw this.#unexpected('an operator like "and"');
    return expression;
  }

  /** Operators that bind more than `power`, as Pratt's method has it. */
  #expression(power: number): Expression {
    let left = this.#operand();
    for (;;) {
      const logical = this.#symbolIn(LOGICAL);
      if (logical === undefined || logical.power <= power) return left;
      const of = [left];
      while (this.#symbolIn(LOGICAL)?.op === logical.op) {
        this.#take();
        of.push(this.#expression(logical.power));
      }
      left = this.#placed({ op: logical.op, of }, this.#from(left));
    }
  }

  #operand(): Expression {
    const token = this.#peek();
    if (token.kind !== 'string' && (token.text === 'not' || token.text === '!')) {
      this.#take();
      return this.#placed({ op: 'not', of: this.#nested(() => this.#operand()) }, token.from);
    }
    if (this.#skip('(')) {
      const inner = this.#nested(() => this.#expression(0));
      this.#expect(')');
      return inner;
    }
    const constant =
      token.kind === 'word' && Object.hasOwn(CONSTANTS, token.text) ? CONSTANTS[token.text] : undefined;
    if (constant !== undefined) {
      this.#take();
      return this.#placed({ op: constant, of: [] }, token.from);
    }
    return this.#comparison(this.#value());
  }

  #comparison(left: Value): Expression {
    const token = this.#peek();
    const from = this.#from(left);
    const op = this.#symbolIn(COMPARISONS);
    const closing = token.kind === 'symbol' && [')', ','].includes(token.text);
    const finished = token.kind === 'end' || closing || this.#symbolIn(LOGICAL) !== undefined;
    if (op === undefined && finished) return this.#placed({ op: 'is', left }, from);
    if (op === undefined) throw this.#unknownOperator(token);
    this.#take();
    switch (op) {
      case 'in':
        return this.#placed({ op, left, right: this.#set() }, from);
      case 'contains':
      case 'wildcard':
        return this.#placed({ op, left, right: this.#string(op).text }, from);
      case 'strict':
        if (!this.#skip('wildcard')) throw this.#unexpected('"wildcard" after "strict"');
        return this.#placed(
          { op: 'strict wildcard', left, right: this.#string('strict wildcard').text },
          from,
        );
      case 'matches': {
        const pattern = this.#string('matches');
        return this.#placed({ op, left, right: pattern.text, program: programOf(pattern) }, from);
      }
      default: {
        const right = this.#literal();
        if (right === undefined) throw this.#unexpected('a string, a number or an address');
        return this.#placed({ op, left, right }, from);
      }
    }
  }

  #value(): Value {
    const token = this.#peek();
    if (token.kind !== 'word' || !/^[A-Za-z_]/.test(token.text))
      throw this.#unexpected('a field or a function');
    this.#take();
    const args = this.#skip('(') ? this.#nested(() => this.#arguments()) : undefined;
    const at: Index[] = [];
    while (this.#skip('[')) {
      at.push(this.#index());
      this.#expect(']');
    }
    return this.#placed(
      {
        ...(args === undefined ? { field: token.text } : { call: token.text, args }),
        ...(at.length > 0 ? { at } : {}),
      },
      token.from,
    );
  }

  #index(): Index {
    const token = this.#peek();
    if (this.#skip('*')) return null;
    if (token.kind === 'string' || /^(0|[1-9]\d{0,8})$/.test(token.text)) {
      this.#take();
      return token.kind === 'string' ? token.text : Number(token.text);
    }
    throw this.#unexpected('a key in quotes, an index from 0, or "*"');
  }

  #arguments(): Argument[] {
    const args: Argument[] = [];
    while (!this.#skip(')')) {
      if (args.length > 0) this.#expect(',', '"," or ")"');
      args.push(this.#argument());
    }
    return args;
  }

  #argument(): Argument {
    const literal = this.#literal();
    if (literal !== undefined) return literal;
    const expression = this.#expression(0);
    return expression.op === 'is' ? expression.left : expression;
  }

  #set(): Element[] {
    const { kind, text } = this.#peek();
    if (kind === 'symbol' && text === '$')
      throw new ExpressionError(
        'load balancing rules have no lists; write the values in braces',
        ...this.#here(),
      );
    this.#expect('{', 'values in braces');
    const elements: Element[] = [];
    while (!this.#skip('}')) {
      const token = this.#peek();
      const element = rangeOf(token) ?? this.#literal();
      if (element === undefined) throw this.#unexpected('a value or "}"');
      if (typeof element === 'object' && 'from' in element) {
        if (element.to < element.from)
          throw new ExpressionError('this range ends before it begins', token.from, token.to);
        this.#take();
      }
      elements.push(element);
    }
    return elements;
  }

  /** Undefined if there is none; it is then left to the next. */
  #literal(): Literal | undefined {
    const token = this.#peek();
    const literal = literalOf(token);
    if (literal !== undefined) this.#take();
    if (typeof literal === 'object') this.#placed(literal, token.from);
    return literal;
  }

  #string(operator: string): Token {
    const token = this.#take();
    if (token.kind === 'string') return token;
    this.#next--;
    throw this.#unexpected(`a string after "${operator}"`);
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH)
      throw new ExpressionError(
        `more than ${MAX_DEPTH} levels of parentheses, "not" and calls`,
        ...this.#here(),
      );
    const result = read();
    this.#depth--;
    return result;
  }

  /** Notes that a part began at `from` and ends where the parser is. */
  #placed<T extends Expression | Value | { ip: string }>(part: T, from: number): T {
    this.places.set(part, { from, to: this.#tokens[this.#next - 1]?.to ?? from });
    return part;
  }

  #from(part: Expression | Value): number {
    return this.places.get(part)?.from ?? 0;
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '', from: 0, to: 0 };
  }

  #take(): Token {
    const token = this.#peek();
    this.#next++;
    return token;
  }

  #here(): [number, number] {
    return [this.#peek().from, this.#peek().to];
  }

  #skip(text: string): boolean {
    const { kind, text: found } = this.#peek();
    if (kind === 'string' || kind === 'end' || found !== text) return false;
    this.#next++;
    return true;
  }

  #expect(text: string, what = `"${text}"`): void {
    if (!this.#skip(text)) throw this.#unexpected(what);
  }

  #symbolIn<T>(table: Readonly<Record<string, T>>): T | undefined {
    const { kind, text } = this.#peek();
    return kind !== 'string' && Object.hasOwn(table, text) ? table[text] : undefined;
  }

  #unexpected(expected: string): ExpressionError {
    const { kind, text } = this.#peek();
    const found = kind === 'end' ? 'the end' : kind === 'string' ? 'a string' : JSON.stringify(text);
    return new ExpressionError(`expected ${expected}, got ${found}`, ...this.#here());
  }

  #unknownOperator({ kind, text, from, to }: Token): ExpressionError {
    if (kind === 'string') return this.#unexpected('an operator');
    if (Object.hasOwn(COMPARISONS, text))
      return new ExpressionError(`"${text}" cannot follow a condition, only a field or a function`, from, to);
    const called = ['starts_with', 'ends_with'].includes(text) ? `; it is a function: ${text}(…, "…")` : '';
    return new ExpressionError(
      `unknown operator ${JSON.stringify(text)}${called || didYouMean(text, OPERATOR_WORDS)}`,
      from,
      to,
    );
  }
}

function programOf({ text, from, to }: Token): Program {
  try {
    return compilePattern(text);
  } catch (error) {
    throw new ExpressionError(`in this pattern: ${error instanceof Error ? error.message : error}`, from, to);
  }
}
