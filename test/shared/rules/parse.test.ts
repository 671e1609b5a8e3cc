import { describe, expect, it } from 'vitest';
import { parse } from '../../../shared/rules/parse.ts';
import { print } from '../../../shared/rules/print.ts';
import { said } from './support.ts';

/** With all parentheses that it means. */
const read = (text: string) => print(parse(text).expression);
const [A, B, C] = ['http.host eq "a"', 'http.host eq "b"', 'http.host eq "c"'];

describe('precedence', () => {
  it('is not, and, xor, or', () => {
    expect(read(`${A} or ${B} and ${C}`)).toBe(`${A} or (${B} and ${C})`);
    expect(read(`${A} and ${B} or ${C}`)).toBe(`(${A} and ${B}) or ${C}`);
    expect(read(`${A} or ${B} xor ${C}`)).toBe(`${A} or (${B} xor ${C})`);
    expect(read(`${A} xor ${B} and ${C}`)).toBe(`${A} xor (${B} and ${C})`);
    expect(read(`not ${A} and ${B}`)).toBe(`not ${A} and ${B}`);
    expect(read(`not (${A} and ${B})`)).toBe(`not (${A} and ${B})`);
    expect(read(`not not ${A}`)).toBe(`not not ${A}`);
  });

  it('yields to parentheses, and keeps a chain of one operator together', () => {
    expect(read(`(${A} or ${B}) and ${C}`)).toBe(`(${A} or ${B}) and ${C}`);
    expect(parse(`${A} or ${B} or ${C}`).expression).toMatchObject({ op: 'or', of: [{}, {}, {}] });
    expect(parse(`${A} or (${B} or ${C})`).expression).toMatchObject({ op: 'or', of: [{}, { op: 'or' }] });
  });
});

it('reads both spellings of every operator', () => {
  for (const [english, symbol] of [
    ['eq', '=='],
    ['ne', '!='],
    ['lt', '<'],
    ['le', '<='],
    ['gt', '>'],
    ['ge', '>='],
    ['matches', '~'],
  ])
    expect(parse(`http.host${symbol}"a"`).expression).toEqual(parse(`http.host ${english} "a"`).expression);
  expect(read(`${A}&&${B}||!${C}^^${A}`)).toBe(read(`${A} and ${B} or not ${C} xor ${A}`));
});

describe('values', () => {
  const right = (literal: string, op = 'eq') =>
    (parse(`http.host ${op} ${literal}`).expression as unknown as { right: unknown }).right;

  it('reads escapes of quoted strings', () => {
    expect(right(String.raw`"a\"b\\c\x2e\056"`)).toBe('a"b\\c..');
    expect(right(String.raw`"\xe2\x98\x81"`)).toBe('☁');
    expect(said(String.raw`http.host eq "\n"`)).toEqual([
      String.raw`\n: allowed after a backslash: ", \, xHH or OOO; write r"…" for a string without escapes`,
    ]);
    expect(said(String.raw`http.host eq "\xff"`)).toEqual([
      String.raw`"\xff": the bytes of this string are not UTF-8`,
    ]);
  });

  it('reads raw strings unchanged, to the same number of # as at the start', () => {
    expect(right('r"a\\.b"')).toBe('a\\.b');
    expect(right('r#"a"b"#', 'matches')).toBe('a"b');
    expect(right('r##"a"#b"##', 'matches')).toBe('a"#b');
  });

  it('leaves the escapes of a pattern to the pattern', () => {
    expect(right(String.raw`"^a\.b\"[\"c"]$"`, 'matches')).toBe(String.raw`^a\.b"[\"c"]$`);
    expect(right(String.raw`"a\"#b"`, '~')).toBe('a"#b');
  });

  it('reads integers as Cloudflare does: decimal, 0x hexadecimal, 0 octal', () => {
    expect(right('{0 -5 0x1f 0123 8000..8009 -20..-10}', 'in')).toEqual([
      0,
      -5,
      31,
      83,
      { from: 8000, to: 8009 },
      { from: -20, to: -10 },
    ]);
  });

  it('reads addresses and networks', () => {
    expect(right('{10.0.0.0/8 fe80::/10 ::1..::2}', 'in')).toEqual([
      { ip: '10.0.0.0/8' },
      { ip: 'fe80::/10' },
      { ip: '::1..::2' },
    ]);
  });
});

it.each([
  ['http.host equals "x"', 'equals: unknown operator "equals"'],
  ['http.host EQ "x"', 'EQ: unknown operator "EQ"; did you mean "eq"?'],
  ['http.host eq "x" AND http.host eq "y"', 'AND: unknown operator "AND"; did you mean "and"?'],
  ['http.host ends_with "x"', 'ends_with: unknown operator "ends_with"; it is a function: ends_with(…, "…")'],
  ['http.host & "x"', '&: unknown operator "&"'],
  ['http.host eq', ': expected a string, a number or an address, got the end'],
  ['http.host eq http.cookie', 'http.cookie: expected a string, a number or an address, got "http.cookie"'],
  ['http.host contains 5', '5: expected a string after "contains", got "5"'],
  ['http.host strict "x"', '"x": expected "wildcard" after "strict", got a string'],
  ['(http.host eq "x"', ': expected ")", got the end'],
  ['http.host eq "x")', '): expected an operator like "and", got ")"'],
  ['"x" eq http.host', '"x": expected a field or a function, got a string'],
  ['lower(http.host "x")', '"x": expected an operator, got a string'],
  ['http.request.headers[x]', 'x: expected a key in quotes, an index from 0, or "*", got "x"'],
  ['http.request.uri.args.names[-1]', '-1: expected a key in quotes, an index from 0, or "*", got "-1"'],
  ['ip.src in $office', '$: load balancing rules have no lists; write the values in braces'],
  ['http.host in ("a")', '(: expected values in braces, got "("'],
  ['http.request.timestamp.sec in {9..8}', '9..8: the range ends before it begins'],
  ['http.host eq "x', '"x: the string has no end; add a quote'],
  ['http.host matches "[x"', '"[x": the pattern has no end; add a quote'],
  ['http.host eq r#"x"', 'r#"x": the string has no end; add a quote'],
  ['http.host eq %', '%: unexpected "%"'],
  ['http.host matches r"(?=a)b"', 'r"(?=a)b": in this pattern: invalid or unsupported Perl syntax: `(?=`'],
])('says what is wrong with %s, and where', (text, error) => {
  expect(said(text)).toEqual([error]);
});

it('limits the length and depth of an expression', () => {
  expect(said(`http.host eq "${'x'.repeat(4_083)}"`)).toHaveLength(1);
  expect(said(`http.host eq "${'x'.repeat(4_080)}"`)).toEqual([]);
  for (const deep of ['('.repeat(4_000), 'not '.repeat(1_000), 'any('.repeat(1_000)])
    expect(said(deep)[0]).toContain('more than 50 levels');
});

it('reads a printed string with half a character as that string', () => {
  const condition = 'http.host eq r"\ud800\\x"';
  expect(read(condition)).toBe(condition);
  expect(parse(read(condition)).expression).toEqual(parse(condition).expression);
});
