import { describe, expect, it } from 'vitest';
import { contentLength } from '../../../shared/http/content_length.ts';

/** Headers with these lines of Content-Length, as the runtime joins them. */
function headers(...lines: string[]): Headers {
  const all = new Headers();
  for (const line of lines) all.append('content-length', line);
  return all;
}

describe('contentLength', () => {
  it.each([
    [[], undefined],
    [['0'], 0],
    [['5'], 5],
    [['5', '5'], 5],
    [['5, 5'], 5],
    [['5,5 ,\t5'], 5],
    [['007'], 7],
    [['9007199254740991'], Number.MAX_SAFE_INTEGER],
  ])('reads %j as %s', (lines, length) => {
    expect(contentLength(headers(...lines))).toBe(length);
  });

  it.each([
    ['values that differ', ['5', '6']],
    ['values that differ in one line', ['5, 6']],
    ['values that are written differently', ['5, 05']],
    ['nothing', ['']],
    ['a missing value', ['5,']],
    ['a sign', ['-5']],
    ['a plus sign', ['+5']],
    ['a fraction', ['5.0']],
    ['an exponent', ['5e3']],
    ['another base', ['0x10']],
    ['a word', ['five']],
    ['a number that cannot be held exactly', ['9007199254740993']],
    ['a number beyond all bounds', ['9'.repeat(400)]],
  ])('calls %s malformed', (_, lines) => {
    expect(contentLength(headers(...lines))).toBe('malformed');
  });
});
