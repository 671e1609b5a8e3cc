import { describe, expect, it } from 'vitest';
import { numberAbove0, numberOfAtLeast, wholeNumber } from '../../../tools/project/number_option.ts';

describe('wholeNumber', () => {
  it('takes its bounds', () => {
    expect(wholeNumber(0)('0')).toBe(0);
    expect([wholeNumber(1, 65_535)('1'), wholeNumber(1, 65_535)('65535')]).toEqual([1, 65_535]);
  });

  it.each(['', 'x', '1.5', '-1', '1e3', '9007199254740993'])(
    'refuses "%s" and says what is allowed',
    (text) => {
      expect(() => wholeNumber(0)(text)).toThrow('It must be a whole number of at least 0.');
    },
  );

  it('names both bounds', () => {
    expect(() => wholeNumber(1, 10)('11')).toThrow('It must be a whole number from 1 to 10.');
  });
});

describe('numberOfAtLeast', () => {
  it('takes a fraction', () => expect(numberOfAtLeast(1)('1.5')).toBe(1.5));

  it.each(['', ' ', 'x', '0.9', 'Infinity'])('refuses "%s"', (text) => {
    expect(() => numberOfAtLeast(1)(text)).toThrow('It must be a number of at least 1.');
  });
});

describe('numberAbove0', () => {
  it('takes a fraction', () => expect(numberAbove0('0.05')).toBe(0.05));

  it.each(['', 'x', '0', '-1', 'Infinity'])('refuses "%s"', (text) => {
    expect(() => numberAbove0(text)).toThrow('It must be a number above 0.');
  });
});
