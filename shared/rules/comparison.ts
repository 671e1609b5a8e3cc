import { type Address, parseAddress } from '../ip/parse_address.ts';
import { addressTest } from './address_match.ts';
import type { Comparison, Element, Literal } from './expression.ts';
import { lower, type Scalar } from './functions.ts';
import { runProgram } from './run_program.ts';
import { matchesWildcard, wildcardParts } from './wildcard.ts';

type Test = (value: Scalar) => boolean;

const ORDERINGS: Readonly<Record<string, (value: Scalar, right: Scalar) => boolean>> = {
  eq: (value, right) => value === right,
  ne: (value, right) => value !== right,
  lt: (value, right) => value < right,
  le: (value, right) => value <= right,
  gt: (value, right) => value > right,
  ge: (value, right) => value >= right,
};

/** The test that a comparison makes on its left value. @throws {Error} if this version does not know the operator */
export function testOf(comparison: Exclude<Comparison, { op: 'is' }>): Test {
  const { op, right } = comparison;
  switch (op) {
    case 'contains':
      return (value) => (value as string).includes(right);
    case 'matches':
      return runProgram(comparison.program) as Test;
    case 'wildcard':
    case 'strict wildcard': {
      const strict = op === 'strict wildcard';
      const parts = (wildcardParts(right) ?? []).map((part) => (strict ? part : lower(part)));
      return (value) => matchesWildcard(parts, strict ? (value as string) : lower(value as string));
    }
    case 'in':
      return memberOf(right);
    default:
      return orderingOf(op, right);
  }
}

function orderingOf(op: string, right: Literal): Test {
  if (typeof right === 'object') {
    const is = memberOf([right]);
    return op === 'ne' ? (value) => parsed(value) !== undefined && !is(value) : is;
  }
  const holds = Object.hasOwn(ORDERINGS, op) ? ORDERINGS[op] : undefined;
  if (holds === undefined) throw new Error(`unknown operator "${op}"`);
  return (value) => holds(value, right);
}

function memberOf(elements: readonly Element[]): Test {
  const single = new Set<unknown>(elements.filter((element) => typeof element !== 'object'));
  const ranges = elements.filter((element) => typeof element === 'object');
  const numbers = ranges.filter((range) => 'from' in range);
  const networks = ranges.flatMap((range) => ('ip' in range ? (addressTest(range.ip) ?? []) : []));
  if (networks.length > 0)
    return (value) => {
      const address = parsed(value);
      return address !== undefined && networks.some((contains) => contains(address));
    };
  if (numbers.length === 0) return (value) => single.has(value);
  return (value) =>
    single.has(value) || numbers.some(({ from, to }) => from <= (value as number) && (value as number) <= to);
}

function parsed(value: Scalar): Address | undefined {
  return parseAddress(value as string);
}
