import { parseAddress } from '../ip/parse_address.ts';
import { addressTest } from './address_match.ts';
import type { Argument, Call, Comparison, Element, Expression, Index, Value } from './expression.ts';
import { isEach, isExpression, isValue } from './expression.ts';
import { DNS_FIELDS, FIELDS } from './fields.ts';
import { OPERATORS_OF } from './operators.ts';
import { unknownField, unknownFunction, wrongArgument, wrongCount } from './problems.ts';
import { signatureOf } from './signatures.ts';
import type { Places } from './token_reader.ts';
import { ExpressionError } from './tokens.ts';
import { article, elementOf, listOf, type Type } from './types.ts';
import { wildcardParts } from './wildcard.ts';

/**
 * Everything that is wrong with the names, types, addresses and wildcards of a parsed expression, in its order.
 * @param places of its parts, as parse() gives them
 */
export function check(expression: Expression, places: Places): ExpressionError[] {
  const checker = new Checker(places);
  if (checker.expression(expression) === 'Array<Boolean>')
    checker.wrong(expression, '`[*]` gives a result for each element; write any(…) or all(…) around it');
  return checker.errors;
}

/** Undefined: it is wrong, and the error is noted. */
type Found = Type | undefined;

class Checker {
  readonly errors: ExpressionError[] = [];
  readonly #places: Places;

  constructor(places: Places) {
    this.#places = places;
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
        return this.wrong(
          expression,
          `"${expression.op}" cannot combine a single result with the results of \`[*]\`; write any(…) or all(…) around those`,
        );
      }
      case 'is': {
        const type = this.value(expression.left);
        if (type === undefined || type === 'Boolean' || type === 'Array<Boolean>') return type;
        return this.wrong(expression.left, `expected an operator after ${article(type)}`);
      }
      default:
        return this.#comparison(expression);
    }
  }

  value(value: Value): Found {
    const base = 'field' in value ? this.#field(value, value.field) : this.#call(value);
    const at = value.at ?? [];
    if (base !== undefined && at.slice(0, -1).includes(null))
      return this.wrong(value, 'nothing can follow `[*]`: its elements are single values');
    return at.reduce<Found>((type, index) => this.#step(value, type, index), base);
  }

  #field(place: Value, name: string): Found {
    if (Object.hasOwn(FIELDS, name)) return FIELDS[name as keyof typeof FIELDS];
    if (Object.hasOwn(DNS_FIELDS, name)) return DNS_FIELDS[name];
    return this.wrong(place, unknownField(name));
  }

  #step(place: Value, type: Found, index: Index): Found {
    if (type === undefined) return undefined;
    if (type === 'Map<Array<String>>') {
      if (typeof index === 'string') return 'Array<String>';
      return this.wrong(place, `got ${shown(index)}; allowed after a map: a key, ["name"]`);
    }
    const element = elementOf(type);
    if (element === undefined)
      return this.wrong(place, `${article(type)} has no elements; remove ${shown(index)}`);
    if (typeof index === 'string')
      return this.wrong(
        place,
        `got ${shown(index)}; allowed after an array: an index, [0], or [*] for each element`,
      );
    // After `[*]` the type stays a list, of one result for each element.
    return index === null ? type : element;
  }

  #call(call: Call): Found {
    const { call: name, args } = call;
    const types = args.map((each) => this.#argument(each));
    const signature = signatureOf(name);
    if (signature === undefined) return this.wrong(call, unknownFunction(name));
    const miscount = wrongCount(name, signature, args.length);
    if (miscount !== undefined) return this.wrong(call, miscount);
    const { takes, gives } = signature;
    let sound = !types.includes(undefined);
    const given = types.map((type, index) => (isEach(args[index]) ? type && elementOf(type) : type));
    for (const [index, argument] of args.entries()) {
      const parameter = takes[Math.min(index, takes.length - 1)];
      const type = given[index];
      const problem = parameter && type && wrongArgument(argument, type, parameter, index);
      if (!problem) continue;
      sound = false;
      const part = typeof argument === 'object' ? argument : call;
      this.wrong(part, `argument ${index + 1} of "${name}" ${problem}`);
    }
    const [first] = given;
    if (!sound || first === undefined) return undefined;
    const odd = gives === 'first' ? given.findIndex((type) => type !== first) : -1;
    if (odd >= 0)
      return this.wrong(
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
      return this.wrong(
        left,
        `operators compare single values; write ${type.startsWith('Map') ? 'a key, ["name"],' : 'an index, [0], or [*] inside any(…) or all(…),'} after ${article(type)}`,
      );
    if (type === 'Boolean')
      return this.wrong(left, 'a Boolean takes no operator; write it alone or after "not"');
    if (!OPERATORS_OF[type]?.includes(op))
      return this.wrong(
        comparison,
        `"${op}" cannot be used on ${article(type)}; allowed: ${(OPERATORS_OF[type] ?? []).join(', ')}`,
      );
    const sound = (Array.isArray(right) ? right : [right]).map((one) => this.#literal(comparison, type, one));
    if (sound.includes(undefined)) return undefined;
    if (op.endsWith('wildcard') && wildcardParts(right as string) === undefined)
      return this.wrong(
        comparison,
        'a wildcard cannot have two stars in a row, or a backslash before anything but "*" and "\\"',
      );
    return each ? 'Array<Boolean>' : 'Boolean';
  }

  #literal(comparison: Comparison, type: Type, literal: Element): Found {
    const of = typeOf(literal);
    if (of !== type) return this.wrong(comparison, `${article(type)} cannot be compared with ${article(of)}`);
    if (typeof literal !== 'object' || !('ip' in literal)) return type;
    return comparison.op === 'in'
      ? this.#address(literal, 'an address, 10.0.0.0/8 or 10.0.0.1..10.0.0.9', addressTest)
      : this.#address(literal, 'one address; for a network write: in { … }', parseAddress);
  }

  #address(literal: { ip: string }, allowed: string, parse: (text: string) => object | undefined): Found {
    return parse(literal.ip) === undefined
      ? this.wrong(literal, `got ${literal.ip}; allowed: ${allowed}`)
      : 'IP address';
  }

  wrong(part: object, message: string): undefined {
    const { from, to } = this.#places.get(part) ?? { from: 0, to: 0 };
    this.errors.push(new ExpressionError(message, from, to));
  }
}

function typeOf(literal: Element): Type {
  if (typeof literal === 'string') return 'String';
  return typeof literal === 'object' && 'ip' in literal ? 'IP address' : 'Integer';
}

function shown(index: Index): string {
  return index === null ? '[*]' : `[${JSON.stringify(index)}]`;
}
