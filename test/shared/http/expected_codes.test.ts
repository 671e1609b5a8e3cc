import { expect, it } from 'vitest';
import { isExpected } from '../../../shared/http/expected_codes.ts';

it.each([
  [200, '200', true],
  [201, '200', false],
  [299, '2xx', true],
  [300, '2XX', false],
  [204, '200, 204', true],
  [203, '200,204', false],
  [302, '200-302', true],
  [303, ' 200 - 302 ', false],
  [418, '2xx,400-410,418', true],
])('%i is in "%s": %s', (status, codes, expected) => {
  expect(isExpected(status, codes)).toBe(expected);
});
