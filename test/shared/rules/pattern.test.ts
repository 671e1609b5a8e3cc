import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../shared/rules/pattern.ts';
import { runProgram } from '../../../shared/rules/run_program.ts';

const matches = (pattern: string, text: string) => runProgram(compilePattern(pattern))(text);

it.each([
  ['', '', true],
  ['', 'x', true],
  ['a', 'xay', true],
  ['^a', 'xa', false],
  ['a$', 'xa', true],
  ['a$', 'a\n', false],
  ['(?m)a$', 'a\nb', true],
  ['(?m)^b', 'a\nb', true],
  ['a.c', 'a\nc', false],
  ['(?s)a.c', 'a\nc', true],
  ['(?i)AbC', 'xaBcx', true],
  ['(?i)[a-c]+$', 'ABC', true],
  ['ab?c*d+', 'add', true],
  ['^(a|b){2,3}$', 'aba', true],
  ['^(a|b){2,3}$', 'abab', false],
  ['^[^/]+/\\d+\\.html$', 'news/123.html', true],
  ['\\bcat\\b', 'a cat.', true],
  ['\\bcat\\b', 'concat', false],
  ['o\\Bo', 'foo', true],
  ['^\\pL+$', 'é', true],
  ['^[[:alpha:]]+$', 'aZ', true],
  ['^[[:alpha:]]+$', 'a1', false],
  ['\\x{1F600}', 'a😀b', true],
  ['^.$', '😀', true],
  ['(?P<name>a)(?:b)(?<more>c)', 'abc', true],
  ['[\\[]', '[', true],
  ['[]a]', ']', true],
  ['\\[a[b]', '[ab', true],
  ['a--[b]', 'a--b', true],
  ['\\\\Q', '\\Q', true],
  ['(a*)*$', 'b', true],
  ['x*', '', true],
  ['^a|b', 'xb', true],
  ['^a|b', 'xa', false],
  ['(^|/)a', 'x/a', true],
  ['(^|/)a', 'xa', false],
  ['x|$', 'a', true],
  ['a?^b', 'ab', false],
])('%j on %j is %s', (pattern, text, is) => {
  expect(matches(pattern, text)).toBe(is);
});

it('finds later matches, and keeps no state between texts', () => {
  const run = runProgram(compilePattern('ab+c'));
  expect([run('abbbc'), run('ab'), run('c'), run('ababc'), run('')]).toEqual([
    true,
    false,
    false,
    true,
    false,
  ]);
});

// Each of these takes a backtracking engine time that doubles, or grows with a power, per character: it would not
// come to the end of this text.
it.each(['(a+)+$', '(a|aa)+$', '(a|a)*b$', '(.*a){12}$', '^(([a-z])+.)+[A-Z]([a-z])+$'])(
  'takes time in proportion to the text for %s',
  (pattern) => {
    expect(matches(pattern, `${'a'.repeat(10_000)}!`)).toBe(false);
  },
);

describe('refused patterns', () => {
  it.each([
    ['(?=a)', 'invalid or unsupported Perl syntax: `(?=`'],
    ['(?<!a)b', /^invalid named capture/],
    ['(a)\\1', 'invalid escape sequence: `\\1`'],
    ['(', /^missing closing \)/],
    ['a**', /^invalid nested repetition operator/],
    ['[a-y&&xyz]', 'set operations in brackets (`&&`, `--`, `~~`) are not supported'],
    ['[x[^xyz]]', 'brackets in brackets are not supported'],
    ['\\Qa.b\\E', '`\\Q` is not supported; escape each character'],
    ['(?x)a b', /^invalid or unsupported Perl syntax/],
    ['.{1001}', /^invalid repeat count/],
    ['.{900}.{200}', 'the pattern is too large: 1102 steps; allowed: 1000'],
  ])('%s', (pattern, error) => {
    expect(() => compilePattern(pattern)).toThrow(error);
  });
});
