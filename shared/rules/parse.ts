import { didYouMean } from '../suggest.ts';
import type { Argument, Element, Expression, Index, Literal, Value } from './expression.ts';
import { COMPARISONS, LOGICAL, OPERATOR_WORDS } from './operators.ts';
import { compilePattern } from './pattern.ts';
import type { Program } from './program.ts';
import { type Places, TokenReader } from './token_reader.ts';
import { ExpressionError, literalOf, rangeOf, type Token, tokens } from './tokens.ts';

/** Cloudflare's limit. */
export const MAX_LENGTH = 4_096;

/**
 * Parses an expression of Cloudflare's Rules language. Names and types are checked later (check.ts).
 * @throws {ExpressionError} at the first syntax error
 */
export function parse(text: string): { expression: Expression; places: Places } {
  if (text.length > MAX_LENGTH)
    throw new ExpressionError(
      `${text.length} characters; allowed: at most ${MAX_LENGTH}`,
      MAX_LENGTH,
      text.length,
    );
  const reader = new TokenReader(tokens(text));
  return { expression: new Parser(reader).whole(), places: reader.places };
}

/** Constants, as the operator that gives this result without operands. */
const CONSTANTS: Readonly<Record<string, 'and' | 'or'>> = { true: 'and', false: 'or' };

class Parser {
  readonly #in: TokenReader;

  constructor(reader: TokenReader) {
    this.#in = reader;
  }

  whole(): Expression {
    const expression = this.#expression(0);
    const next = this.#in.peek();
    if (next.kind === 'word') throw this.#unknownOperator(next);
    if (next.kind !== 'end') throw this.#in.unexpected('an operator like "and"');
    return expression;
  }

  /** Operators that bind more tightly than `power` (Pratt parsing). */
  #expression(power: number): Expression {
    let left = this.#operand();
    for (;;) {
      const logical = this.#in.symbolIn(LOGICAL);
      if (logical === undefined || logical.power <= power) return left;
      const of = [left];
      while (this.#in.symbolIn(LOGICAL)?.op === logical.op) {
        this.#in.take();
        of.push(this.#expression(logical.power));
      }
      left = this.#in.placed({ op: logical.op, of }, this.#in.from(left));
    }
  }

  #operand(): Expression {
    const token = this.#in.peek();
    if (token.kind !== 'string' && (token.text === 'not' || token.text === '!')) {
      this.#in.take();
      return this.#in.placed({ op: 'not', of: this.#in.nested(() => this.#operand()) }, token.from);
    }
    if (this.#in.skip('(')) {
      const inner = this.#in.nested(() => this.#expression(0));
      this.#in.expect(')');
      return inner;
    }
    const constant = this.#in.symbolIn(CONSTANTS);
    if (constant !== undefined) {
      this.#in.take();
      return this.#in.placed({ op: constant, of: [] }, token.from);
    }
    return this.#comparison(this.#value());
  }

  #comparison(left: Value): Expression {
    const token = this.#in.peek();
    const from = this.#in.from(left);
    const op = this.#in.symbolIn(COMPARISONS);
    const closing = token.kind === 'symbol' && [')', ','].includes(token.text);
    const finished = token.kind === 'end' || closing || this.#in.symbolIn(LOGICAL) !== undefined;
    if (op === undefined && finished) return this.#in.placed({ op: 'is', left }, from);
    if (op === undefined) throw this.#unknownOperator(token);
    this.#in.take();
    switch (op) {
      case 'in':
        return this.#in.placed({ op, left, right: this.#set() }, from);
      case 'contains':
      case 'wildcard':
        return this.#in.placed({ op, left, right: this.#in.string(op).text }, from);
      case 'strict':
        if (!this.#in.skip('wildcard')) throw this.#in.unexpected('"wildcard" after "strict"');
        return this.#in.placed(
          { op: 'strict wildcard', left, right: this.#in.string('strict wildcard').text },
          from,
        );
      case 'matches': {
        const pattern = this.#in.string('matches');
        return this.#in.placed({ op, left, right: pattern.text, program: programOf(pattern) }, from);
      }
      default: {
        const right = this.#literal();
        if (right === undefined) throw this.#in.unexpected('a string, a number or an address');
        return this.#in.placed({ op, left, right }, from);
      }
    }
  }

  #value(): Value {
    const token = this.#in.peek();
    if (token.kind !== 'word' || !/^[A-Za-z_]/.test(token.text))
      throw this.#in.unexpected('a field or a function');
    this.#in.take();
    const args = this.#in.skip('(') ? this.#in.nested(() => this.#arguments()) : undefined;
    const at: Index[] = [];
    while (this.#in.skip('[')) {
      at.push(this.#index());
      this.#in.expect(']');
    }
    const base = args === undefined ? { field: token.text } : { call: token.text, args };
    return this.#in.placed({ ...base, ...(at.length > 0 ? { at } : {}) }, token.from);
  }

  #index(): Index {
    const { kind, text } = this.#in.peek();
    if (this.#in.skip('*')) return null;
    if (kind === 'string') return this.#in.take().text;
    if (/^(0|[1-9]\d{0,8})$/.test(text)) return Number(this.#in.take().text);
    throw this.#in.unexpected('a key in quotes, an index from 0, or "*"');
  }

  #arguments(): Argument[] {
    const args: Argument[] = [];
    while (!this.#in.skip(')')) {
      if (args.length > 0) this.#in.expect(',', '"," or ")"');
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
    const { kind, text } = this.#in.peek();
    if (kind === 'symbol' && text === '$')
      throw this.#in.error('load balancing rules have no lists; write the values in braces');
    this.#in.expect('{', 'values in braces');
    const elements: Element[] = [];
    while (!this.#in.skip('}')) {
      const element = rangeOf(this.#in.peek()) ?? this.#literal();
      if (element === undefined) throw this.#in.unexpected('a value or "}"');
      if (typeof element === 'object' && 'from' in element) {
        if (element.to < element.from) throw this.#in.error('the range ends before it begins');
        this.#in.take();
      }
      elements.push(element);
    }
    return elements;
  }

  /** Undefined, without taking the token: it is not a literal. */
  #literal(): Literal | undefined {
    const token = this.#in.peek();
    const literal = literalOf(token);
    if (literal !== undefined) this.#in.take();
    if (typeof literal === 'object') this.#in.placed(literal, token.from);
    return literal;
  }

  #unknownOperator({ kind, text, from, to }: Token): ExpressionError {
    if (kind === 'string') return this.#in.unexpected('an operator');
    if (Object.hasOwn(COMPARISONS, text))
      return new ExpressionError(`"${text}" cannot follow a condition, only a field or a function`, from, to);
    const called = ['starts_with', 'ends_with'].includes(text) ? `; it is a function: ${text}(…, "…")` : '';
    const hint = called || didYouMean(text, OPERATOR_WORDS);
    return new ExpressionError(`unknown operator ${JSON.stringify(text)}${hint}`, from, to);
  }
}

function programOf({ text, from, to }: Token): Program {
  try {
    return compilePattern(text);
  } catch (error) {
    throw new ExpressionError(`in this pattern: ${error instanceof Error ? error.message : error}`, from, to);
  }
}
