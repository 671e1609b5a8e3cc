import { expect, it } from 'vitest';
import { headersIn } from '../../../shared/http/header_lines.ts';

it('lines of one name become one value, as a server sees them', () => {
  const lines = ['X-A: 1', 'x-a:2', 'Cookie: a=1', 'cookie: b=2', 'x-url: http://a/'];
  expect(headersIn(lines)).toEqual({ 'x-a': '1, 2', cookie: 'a=1; b=2', 'x-url': 'http://a/' });
});

it.each(['x-a', ': 1', ' : 1', ''])('the line %j is refused, because it names no header', (line) => {
  expect(() => headersIn([line])).toThrow(`must be "name: value"; got "${line}"`);
});
