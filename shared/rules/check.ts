import { parseAddress } from '../ip/parse_address.ts';
import { didYouMean } from '../suggest.ts';
import { addressTest } from './address_match.ts';
import {
  type Argument,
  type Call,
  type Comparison,
  type Element,
  type Expression,
  type Index,
  isEach,
  isExpression,
  isValue,
  type Value,
} from './expression.ts';
import { ExpressionError } from './expression_error.ts';
import { DNS_FIELDS, FIELDS, INSTEAD, type Type } from './fields.ts';
import { OPERATORS_OF } from './operators.ts';
import type { Places } from './parse.ts';
import { FUNCTION_NAMES, OTHER_FUNCTIONS, type Parameter, signatureOf } from './signatures.ts';
import { wildcardParts } from './wildcard.ts';

/**
 * What a parsed expression gets wrong: names, types, addresses, wildcards. All of it, in the order it stands.
 * @param places of its parts, from parse.ts
 */
export function check(expression: Expression, places: Places): ExpressionError[] {
  const errors: ExpressionError[] = [];
  const type = new Checker(places, errors).expression(expression);
  if (type === 'Array<Boolean>') {
    const { from, to } = places.get(expression) ?? { from: 0, to: 0 };
    errors.push(
      new ExpressionError(
        '`[*]` gives a result for each element; write any(…) or all(…) around it',
        from,
        to,
      ),
    );
  }
  return errors;
}

/** Undefined: it is wrong, and has been said to be. */
type Found = Type | undefined;

class Checker {
  readonly #places: Places;
  readonly #errors: ExpressionError[];

  constructor(places: Places, errors: ExpressionError[]) {
    this.#places = places;
    this.#errors = errors;
  }

  expression(expression: Expression): Found {
    switch (expression.op) {
      case 'not':
        return this.expression(expression.of);
      case 'and':
      case 'or':
      case 'xor': {
        const types = expression.of.map((each) => this.expression(each));
        if (types.includes(undefined)) return undefined;
        const [first] = types;
        if (first === undefined) return 'Boolean';
        if (types.every((type) => type === first)) return first;
        return this.#wrong(
          expression,
          `"${expression.op}" stands between a result and a list of results of \`[*]\``,
        );
      }
      case 'is': {
        const type = this.value(expression.left);
        if (type === undefined || type === 'Boolean' || type === 'Array<Boolean>') return type;
        return this.#wrong(expression.left, `expected an operator behind ${article(type)}`);
      }
      default:
        return this.#comparison(expression);
    }
  }

  value(value: Value): Found {
    const base = 'field' in value ? this.#field(value, value.field) : this.#call(value);
    const at = value.at ?? [];
    if (base !== undefined && at.slice(0, -1).includes(null))
      return this.#wrong(value, 'nothing can stand behind `[*]`, whose elements are single values');
    return at.reduce<Found>((type, index) => this.#step(value, type, index), base);
  }

  #field(place: Value, name: string): Found {
    if (Object.hasOwn(FIELDS, name)) return FIELDS[name as keyof typeof FIELDS];
    if (Object.hasOwn(DNS_FIELDS, name)) return DNS_FIELDS[name];
    const instead = Object.hasOwn(INSTEAD, name)
      ? `; ${INSTEAD[name]}`
      : didYouMean(name, Object.keys(FIELDS));
    return this.#wrong(place, `unknown field "${name}"${instead}`);
  }

  #step(place: Value, type: Found, index: Index): Found {
    if (type === undefined) return undefined;
    if (type === 'Map<Array<String>>') {
      if (typeof index === 'string') return 'Array<String>';
      return this.#wrong(place, `a map is asked for a key: ["name"], not ${shown(index)}`);
    }
    const element = elementOf(type);
    if (element === undefined) return this.#wrong(place, `${article(type)} has no ${shown(index)}`);
    if (typeof index === 'string')
      return this.#wrong(place, `an array is asked for an index, [0], or for each, [*], not ${shown(index)}`);
    // What `[*]` gives is still a list: of what is asked of each element.
    return index === null ? type : element;
  }

  #call(call: Call): Found {
    const { call: name, args } = call;
    const types = args.map((each) => this.#argument(each));
    const signature = signatureOf(name);
    if (signature === undefined) {
      const known = OTHER_FUNCTIONS.includes(name);
      const hint = known ? '' : didYouMean(name, FUNCTION_NAMES);
      return this.#wrong(
        call,
        known ? `load balancing rules have no function "${name}"` : `unknown function "${name}"${hint}`,
      );
    }
    const { takes, optional = 0, rest = false, gives } = signature;
    if (args.length < takes.length - optional || (args.length > takes.length && !rest)) {
      const least = takes.length - optional;
      const allowed = rest ? `${least} or more` : optional > 0 ? `${least} or ${takes.length}` : `${least}`;
      return this.#wrong(
        call,
        `"${name}" takes ${allowed} ${allowed === '1' ? 'argument' : 'arguments'}, got ${args.length}`,
      );
    }
    let sound = !types.includes(undefined);
    const given = types.map((type, index) => (isEach(args[index]) ? type && elementOf(type) : type));
    for (const [index, argument] of args.entries()) {
      const parameter = takes[Math.min(index, takes.length - 1)];
      const type = given[index];
      const problem = parameter && type && misfit(argument, type, parameter, index);
      if (!problem) continue;
      sound = false;
      this.#wrong(isPlaced(argument) ? argument : call, `argument ${index + 1} of "${name}" ${problem}`);
    }
    const [first] = given;
    if (!sound || first === undefined) return undefined;
    const odd = gives === 'first' ? given.findIndex((type) => type !== first) : -1;
    if (odd >= 0)
      return this.#wrong(
        call,
        `argument ${odd + 1} of "${name}" is ${article(given[odd] ?? first)}, the first ${article(first)}`,
      );
    const result = gives === 'first' ? first : gives;
    return isEach(args[0]) ? listOf(result) : result;
  }

  #argument(argument: Argument): Found {
    if (typeof argument === 'string') return 'String';
    if (typeof argument === 'number') return 'Integer';
    if (isValue(argument)) return this.value(argument);
    if (isExpression(argument)) return this.expression(argument);
    return this.#address(argument, 'one address', parseAddress);
  }

  #comparison(comparison: Comparison): Found {
    const { left, op, right } = comparison;
    const found = this.value(left);
    if (found === undefined) return undefined;
    const each = isEach(left);
    const type = each ? (elementOf(found) ?? found) : found;
    if (type.startsWith('Array') || type.startsWith('Map'))
      return this.#wrong(
        left,
        `operators compare single values; ask ${article(type)} for ${type.startsWith('Map') ? 'a key, ["name"]' : 'an index, [0], or for each in any(…) or all(…), [*]'}`,
      );
    if (type === 'Boolean')
      return this.#wrong(left, 'a Boolean stands by itself, without an operator; or after "not"');
    if (!OPERATORS_OF[type]?.includes(op))
      return this.#wrong(
        comparison,
        `"${op}" cannot be used on ${article(type)}; allowed: ${(OPERATORS_OF[type] ?? []).join(', ')}`,
      );
    const sound = (Array.isArray(right) ? right : [right]).map((one) => this.#literal(comparison, type, one));
    if (sound.includes(undefined)) return undefined;
    if (op.endsWith('wildcard') && wildcardParts(right as string) === undefined)
      return this.#wrong(
        comparison,
        'in a wildcard, two stars may not stand together, and a backslash only before "*" or "\\"',
      );
    return each ? 'Array<Boolean>' : 'Boolean';
  }

  #literal(comparison: Comparison, type: Type, literal: Element): Found {
    const of =
      typeof literal === 'string'
        ? 'String'
        : typeof literal === 'object' && 'ip' in literal
          ? 'IP address'
          : 'Integer';
    if (of !== type) return this.#wrong(comparison, `${article(type)} is compared with ${article(of)}`);
    if (typeof literal !== 'object' || !('ip' in literal)) return type;
    return comparison.op === 'in'
      ? this.#address(
          literal,
          'an address, a network (10.0.0.0/8) or a range (10.0.0.1..10.0.0.9)',
          addressTest,
        )
      : this.#address(literal, 'one address; networks stand in braces: in { … }', parseAddress);
  }

  #address(literal: { ip: string }, allowed: string, parse: (text: string) => object | undefined): Found {
    return parse(literal.ip) === undefined
      ? this.#wrong(literal, `got ${literal.ip}; allowed: ${allowed}`)
      : 'IP address';
  }

  #wrong(part: object, message: string): undefined {
    const { from, to } = this.#places.get(part) ?? { from: 0, to: 0 };
    this.#errors.push(new ExpressionError(message, from, to));
  }
}

function isPlaced(argument: Argument): argument is Exclude<Argument, string | number> {
  return typeof argument === 'object';
}

function misfit(
  argument: Argument,
  type: Type,
  { types, literal }: Parameter,
  index: number,
): string | undefined {
  const is_literal = !isPlaced(argument) || !(isValue(argument) || isExpression(argument));
  if (literal === 'must' && !is_literal) return 'must be written out';
  if (literal === 'must not' && is_literal) return 'must be a field or a function, not written out';
  if (index > 0 && isEach(argument)) return 'has `[*]`, which only the first can have';
  return types.includes(type)
    ? undefined
    : `must be ${types.map(article).join(' or ')}, got ${article(type)}`;
}

function elementOf(type: Type): Type | undefined {
  return /^Array<(.*)>$/.exec(type)?.[1] as Type | undefined;
}

function listOf(type: Type): Type {
  return `Array<${type}>` as Type;
}

function article(type: Type): string {
  return `${/^[AI]/.test(type) ? 'an' : 'a'} ${type}`;
}

function shown(index: Index): string {
  return index === null ? '[*]' : `[${JSON.stringify(index)}]`;
}
