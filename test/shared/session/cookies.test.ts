import { describe, expect, it } from 'vitest';
import { cookieValues, inOneLine, withoutOurCookies } from '../../../shared/session/cookies.ts';

describe('cookieValues', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['a=1', []],
    ['__plimsoll=x', ['x']],
    ['a=1; __plimsoll=x; b=2', ['x']],
    ['a=1;__plimsoll=x;b=2', ['x']],
    [' __plimsoll = x ', ['x']],
    ['__plimsoll=x=y==', ['x=y==']],
    ['__plimsoll=', ['']],
    ['__plimsoll', []],
    ['__plimsoll=x; __plimsoll=y', ['x', 'y']],
    ['__plimsoll_0123abcd=x; not__plimsoll=y; __plimsol=z', []],
    ['a=__plimsoll=x', []],
    ['__PLIMSOLL=x', []],
    [';;; =; ==; __plimsoll=x;;', ['x']],
    // The runtime joins lines of the header with a comma and a space.
    ['a=1, __plimsoll=x', ['x']],
    ['__plimsoll=x, a=1; __plimsoll=y, b=2', ['x', 'y']],
    ['a="1, __plimsoll=x"', []],
    ['a=", __plimsoll=x; b="', ['x']],
    ['a=1,__plimsoll=x', []],
  ])('finds in "%s" %j', (header, values) => {
    expect(cookieValues(header, '__plimsoll')).toEqual(values);
  });
});

describe('the value of a cookie', () => {
  it.each([
    ['with commas of its own', '{"a":1,"b":2}'],
    ['that is a date', 'Wed, 09 Jun 2027 10:18:14 GMT'],
    ['that is quoted', '"1, b=2"'],
  ])('stays whole %s', (_, value) => {
    expect(cookieValues(`a=${value}; c=3`, 'a')).toEqual([value]);
    expect(cookieValues(`x=1, a=${value}`, 'a')).toEqual([value]);
    expect(inOneLine(`a=${value}; c=3`)).toBe(`a=${value}; c=3`);
  });

  it('ends at the next line of the header', () => {
    expect(cookieValues('x=1; a=42, y=2', 'a')).toEqual(['42']);
    expect(inOneLine('x=1; a=42, y=2, __plimsoll=x')).toBe('x=1; a=42; y=2; __plimsoll=x');
  });
});

describe('withoutOurCookies', () => {
  it.each([
    ['', ''],
    ['__plimsoll=x', ''],
    ['a=1; __plimsoll=x; b=2', 'a=1; b=2'],
    ['__plimsoll=x; b=2', 'b=2'],
    ['a=1; __plimsoll=x', 'a=1'],
    ['a=1;__plimsoll=x;b=2', 'a=1;b=2'],
    ['__plimsoll=x; __plimsoll_0123abcd=y; a=1', 'a=1'],
    // The runtime's seam between two lines of the header.
    ['a=1, __plimsoll=x, b=2', 'a=1, b=2'],
    ['__plimsoll=x, b=2', 'b=2'],
    ['a=1, __plimsoll=x; b=2', 'a=1; b=2'],
    ['a="1, __plimsoll=x"', 'a="1, __plimsoll=x"'],
    // Foreign cookies stay the same byte for byte, however odd they are.
    ['a=__plimsoll=x', 'a=__plimsoll=x'],
    ['  a="1 2";;b=%20 ;  c', '  a="1 2";;b=%20 ;  c'],
    ['a="x,y"; __plimsoll=x;  b==; c', 'a="x,y";  b==; c'],
    ['A=é; __plimsoll=x; a=1; a=2', 'A=é; a=1; a=2'],
  ])('makes of "%s" "%s"', (header, rest) => {
    expect(withoutOurCookies(header)).toBe(rest);
  });
});
