import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { compile, type ReadField } from '../../shared/rules/compile.ts';
import { parseCondition } from '../../shared/rules/condition.ts';
import {
  type Argument,
  type Expression,
  isExpression,
  isValue,
  ORDERINGS,
  type Value,
} from '../../shared/rules/expression.ts';
import { FIELDS, type FieldName } from '../../shared/rules/fields.ts';
import { compilePattern } from '../../shared/rules/pattern.ts';
import { print } from '../../shared/rules/print.ts';
import { runProgram } from '../../shared/rules/run_program.ts';
import { matchesWildcard, wildcardParts } from '../../shared/rules/wildcard.ts';
import { anyText, runs } from './runs.ts';

// Few letters, so that things are equal, contain each other and match often enough to tell right from wrong.
const word = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.string({ unit: fc.constantFrom('a', 'b', 'A', '"', '\\', '#', ' ', 'é'), maxLength: 4 }),
  },
  // Values that read like parts of the language.
  { weight: 1, arbitrary: fc.constantFrom('matches', '~', 'in', '{', 'true') },
);
const number = fc.integer({ min: -3, max: 9 });
const octet = fc.integer({ min: 0, max: 2 });
const address = fc.oneof(
  fc.tuple(octet, octet).map(([a, b]) => `10.${a}.0.${b}`),
  fc.tuple(octet, octet).map(([a, b]) => `2001:db8:${a}::${b}`),
);

const requests = fc.record({
  texts: fc.record({ 'http.host': word, 'http.cookie': word, 'http.request.method': word }),
  'http.request.timestamp.sec': number,
  'ip.src': fc.option(address, { nil: undefined }),
  'http.request.headers': fc.dictionary(fc.constantFrom('a', 'b'), fc.array(word, { maxLength: 3 })),
  'http.request.uri.args.names': fc.array(word, { maxLength: 3 }),
});
type Request = typeof requests extends fc.Arbitrary<infer R> ? R : never;

const readerOf =
  (request: Request): ReadField =>
  (field, key) => {
    if (field === 'http.request.headers' || field === 'http.request.uri.args')
      return Object.hasOwn(request['http.request.headers'], key ?? '')
        ? request['http.request.headers'][key ?? '']
        : undefined;
    if (field in request.texts) return request.texts[field as keyof Request['texts']];
    return request[field as keyof Omit<Request, 'texts' | 'http.request.headers'>];
  };

// Values by type. A list is one that `[*]` is put behind.
const list: fc.Arbitrary<Value> = fc.oneof(
  fc.constant({ field: 'http.request.uri.args.names' }),
  fc.constantFrom('a', 'b', 'c').map((key) => ({ field: 'http.request.headers', at: [key] })),
);
const text: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom('http.host', 'http.cookie', 'http.request.method').map((field) => ({ field })),
  fc.tuple(list, fc.nat(2)).map(([value, index]) => ({ ...value, at: [...(value.at ?? []), index] })),
  fc.constantFrom('http.host', 'http.cookie').map((field) => ({ call: 'lower', args: [{ field }] })),
  fc.tuple(word, fc.nat(2)).map(([start, index]) => ({
    call: 'concat',
    args: [start, { field: 'http.request.headers', at: ['a', index] }],
  })),
);
const each: fc.Arbitrary<Value> = fc.oneof(
  list.map((value) => ({ ...value, at: [...(value.at ?? []), null] })),
  list.map((value) => ({ call: 'lower', args: [{ ...value, at: [...(value.at ?? []), null] }], at: [null] })),
);
const count: fc.Arbitrary<Value> = fc.oneof(
  fc.constant({ field: 'http.request.timestamp.sec' }),
  fc.oneof(text, list).map((argument) => ({ call: 'len', args: [argument] })),
);

const pattern = fc.constantFrom('a', '^a', 'b$', 'a|b', 'a+"', '^[^a]*$', '#"#', 'A.');
const compare = (left: fc.Arbitrary<Value>): fc.Arbitrary<Expression> =>
  fc.oneof(
    fc.record({ op: fc.constantFrom(...ORDERINGS), left, right: word }),
    fc.record({ op: fc.constant('contains' as const), left, right: word }),
    fc.record({ op: fc.constant('in' as const), left, right: fc.array(word, { maxLength: 3 }) }),
    fc.record({
      op: fc.constantFrom('wildcard' as const, 'strict wildcard' as const),
      left,
      right: fc.constantFrom('a*', '*b', 'A', '*', 'a*\\*'),
    }),
    fc.tuple(left, pattern).map(([value, right]) => ({
      op: 'matches' as const,
      left: value,
      right,
      program: compilePattern(right),
    })),
  );

const simple: fc.Arbitrary<Expression> = fc.oneof(
  compare(text),
  fc.record({ op: fc.constantFrom(...ORDERINGS), left: count, right: number }),
  fc.record({
    op: fc.constant('in' as const),
    left: count,
    right: fc.array(
      fc.oneof(
        number,
        fc.tuple(number, fc.nat(3)).map(([from, more]) => ({ from, to: from + more })),
      ),
      { maxLength: 3 },
    ),
  }),
  fc.record({
    op: fc.constantFrom('eq' as const, 'ne' as const),
    left: fc.constant({ field: 'ip.src' }),
    right: address.map((ip) => ({ ip })),
  }),
  fc.record({
    op: fc.constant('in' as const),
    left: fc.constant({ field: 'ip.src' }),
    right: fc.array(
      fc.constantFrom('10.0.0.0/15', '10.1.0.1..10.2.0.0', '2001:db8::/47').map((ip) => ({ ip })),
      {
        maxLength: 2,
      },
    ),
  }),
  fc.tuple(text, word).map(([value, start]) => ({
    op: 'is' as const,
    left: { call: 'starts_with', args: [value, start] },
  })),
);

const combined = (inner: fc.Arbitrary<Expression>): fc.Arbitrary<Expression> =>
  fc.oneof(
    inner.map((of) => ({ op: 'not' as const, of })),
    fc.record({
      op: fc.constantFrom('and' as const, 'or' as const, 'xor' as const),
      of: fc.array(inner, { minLength: 2, maxLength: 3 }),
    }),
  );
const quantified: fc.Arbitrary<Expression> = fc
  .tuple(fc.constantFrom('any', 'all'), fc.oneof(compare(each), combined(compare(each))))
  .map(([call, argument]) => ({ op: 'is', left: { call, args: [argument] } }));
const constant: fc.Arbitrary<Expression> = fc
  .constantFrom('and' as const, 'or' as const)
  .map((op) => ({ op, of: [] }));
const leaf = fc.oneof(simple, quantified, constant);
const expression: fc.Arbitrary<Expression> = fc.oneof(leaf, combined(leaf), combined(combined(leaf)));

// ---- What the language means, as plainly as it can be said: no closures, nothing decided early.

/** A list of results; undefined: the list is missing. */
type Result = boolean | boolean[] | undefined;

function meaning(of: Expression, request: Request): Result {
  if (of.op === 'not') return mapped(meaning(of.of, request), (result) => !result);
  if ('of' in of) {
    const { op } = of;
    if (of.of.length === 0) return op === 'and';
    const results = of.of.map((part) => meaning(part, request));
    const combine = (a: boolean, b: boolean) => (op === 'and' ? a && b : op === 'or' ? a || b : a !== b);
    return results.reduce((a, b) => {
      if (a === undefined || b === undefined) return undefined;
      if (!Array.isArray(a) || !Array.isArray(b)) return combine(a as boolean, b as boolean);
      return Array.from({ length: Math.min(a.length, b.length) }, (_, i) =>
        combine(a[i] === true, b[i] === true),
      );
    });
  }
  const left = data(of.left, request);
  const is_list = of.left.at?.at(-1) === null;
  if (of.op === 'is') return left === true;
  const test = (value: unknown) => value !== undefined && compares(of, value as string | number);
  return is_list ? (left as unknown[] | undefined)?.map(test) : test(left);
}

function mapped(result: Result, change: (one: boolean) => boolean): Result {
  if (result === undefined) return undefined;
  return Array.isArray(result) ? result.map(change) : change(result);
}

function compares(of: Exclude<Expression, { of: unknown } | { op: 'is' }>, value: string | number): boolean {
  switch (of.op) {
    case 'contains':
      return String(value).split(of.right).length > 1 || of.right === '';
    case 'matches':
      return new RegExp(of.right, 'u').test(String(value));
    case 'wildcard':
    case 'strict wildcard': {
      const source = of.right.replace(/\\\*|\*/g, (found) => (found === '*' ? '[^]*' : '\\*'));
      return new RegExp(`^${source}$`, of.op === 'wildcard' ? 'iu' : 'u').test(String(value));
    }
    case 'in':
      return of.right.some((one) => {
        if (typeof one !== 'object') return one === value;
        return 'ip' in one
          ? inNetwork(one.ip, String(value))
          : one.from <= Number(value) && Number(value) <= one.to;
      });
    default: {
      if (typeof of.right === 'object') return (value === of.right.ip) === (of.op === 'eq');
      const order = value < of.right ? 'lt' : value > of.right ? 'gt' : 'eq';
      return { eq: ['eq'], ne: ['lt', 'gt'], lt: ['lt'], le: ['lt', 'eq'], gt: ['gt'], ge: ['gt', 'eq'] }[
        of.op
      ].includes(order);
    }
  }
}

/** The few networks and addresses above, by hand. */
function inNetwork(network: string, ip: string): boolean {
  const [, second, last] = /^10\.(\d)\.0\.(\d)$/.exec(ip)?.map(Number) ?? [];
  if (network === '10.0.0.0/15') return second !== undefined && second < 2;
  if (network === '2001:db8::/47') return /^2001:db8:[01]::/.test(ip);
  return (second === 1 && (last ?? 0) >= 1) || (second === 2 && last === 0);
}

function data(value: Value, request: Request): unknown {
  let current: unknown;
  let steps = value.at ?? [];
  if ('field' in value && value.field === 'http.request.headers') {
    current = readerOf(request)('http.request.headers', String(steps[0]));
    steps = steps.slice(1);
  } else if ('field' in value) current = readerOf(request)(value.field as FieldName);
  else current = called(value.call, value.args, request);
  for (const step of steps) if (step !== null) current = (current as unknown[] | undefined)?.[step as number];
  return current;
}

function called(name: string, args: Argument[], request: Request): unknown {
  const [first, second] = args.map((one): unknown => {
    if (typeof one !== 'object') return one;
    if (isValue(one)) return data(one, request);
    return isExpression(one) ? meaning(one, request) : one.ip;
  });
  const lowered = (one: unknown) => String(one).replaceAll('A', 'a');
  switch (name) {
    case 'any':
      return (first as boolean[] | undefined)?.includes(true);
    case 'all':
      return first === undefined ? undefined : !(first as boolean[]).includes(false);
    case 'concat':
      return `${first ?? ''}${second ?? ''}`;
    case 'lower':
      return first === undefined ? undefined : Array.isArray(first) ? first.map(lowered) : lowered(first);
    case 'len':
      if (first === undefined) return undefined;
      return Array.isArray(first) ? first.length : String(first).replaceAll('é', '..').length;
    default:
      return first === undefined ? undefined : String(first).indexOf(String(second)) === 0;
  }
}

describe('conditions of rules', () => {
  it('parse their printed form', () => {
    fc.assert(
      fc.property(expression, (tree) => {
        expect(parseCondition(print(tree))).toEqual({ expression: tree, errors: [] });
      }),
      runs(),
    );
  });

  it('evaluate as the language defines', () => {
    fc.assert(
      fc.property(expression, requests, (tree, request) => {
        expect(compile(tree)(readerOf(request))).toBe(meaning(tree, request));
      }),
      runs(),
    );
  });

  it('are accepted or refused with a place in the text, and never throw', () => {
    const piece = fc.constantFrom(
      ...Object.keys(FIELDS),
      ...['lower(', 'any(', 'len(', ')', '(', '[*]', '["a"]', '[0]', '{', '}', ',', '..', 'r#"'],
      ...[
        'and',
        'or',
        'not',
        'xor',
        'eq',
        '!=',
        'in',
        'contains',
        'matches',
        'wildcard',
        'strict wildcard',
        '~',
      ],
      ...[
        '"a"',
        '"a',
        'r"a"',
        '5',
        '-5',
        '0x',
        '1..9',
        '10.0.0.0/8',
        '::1',
        '$x',
        '"(a"',
        '"a**"',
        '\\',
        '\u0000',
      ],
    );
    const soup = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(' '));
    fc.assert(
      fc.property(fc.oneof(soup, anyText), (source) => {
        const { expression: tree, errors } = parseCondition(source);
        for (const { from, to, message } of errors) {
          expect(message).not.toBe('');
          expect(0 <= from && from <= to && to <= source.length).toBe(true);
        }
        // An accepted expression can be evaluated for a request without any field.
        if (tree !== undefined) expect(typeof compile(tree)(() => undefined)).toBe('boolean');
      }),
      runs(),
    );
  });
});

describe('patterns', () => {
  const part = fc.constantFrom(
    ...[
      'a',
      'b',
      'A',
      '.',
      '[ab]',
      '[^a]',
      '\\d',
      '\\w',
      '\\b',
      '\\B',
      '^',
      '$',
      '(',
      ')',
      '|',
      '(?:',
      '(?i)',
    ],
    ...['*', '+', '?', '{2}', '{0,2}', '*?', '-', '1', '\n', '(?m)', '(?s)', 'é'],
  );
  const source = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''));
  const subject = fc.string({
    unit: fc.constantFrom('a', 'b', 'A', '1', '-', '\n', 'é', '😀'),
    maxLength: 8,
  });

  it('match what the library matches', () => {
    fc.assert(
      fc.property(source, subject, (written, string) => {
        let library: RE2JS;
        try {
          library = RE2JS.compile(written);
        } catch {
          expect(() => compilePattern(written)).toThrow();
          return;
        }
        expect(runProgram(compilePattern(written))(string)).toBe(library.matcher(string).find());
      }),
      runs(),
    );
  });
});

describe('wildcards', () => {
  it('match what an equivalent regular expression matches', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '\\*', '\\\\'), maxLength: 6 });
    const subject = fc.string({ unit: fc.constantFrom('a', 'b', '*', '\\'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, subject, (written, string) => {
        const parts = wildcardParts(written);
        expect(parts === undefined).toBe(/\*\*/.test(written.replace(/\\./g, 'x')));
        const source = written.replace(/\\.|\*/g, (found) => (found === '*' ? '[^]*' : found));
        if (parts !== undefined)
          expect(matchesWildcard(parts, string)).toBe(new RegExp(`^${source}$`).test(string));
      }),
      runs(),
    );
  });
});
