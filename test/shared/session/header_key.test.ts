import { describe, expect, it } from 'vitest';
import { headerKey } from '../../../shared/session/header_key.ts';

const key = (names: string[], headers: Record<string, string>, require_all_headers = false) =>
  headerKey(new Headers(headers), { headers: names, require_all_headers });

describe('headerKey', () => {
  it('is equal for equal values, and differs for others', () => {
    const one = key(['x-user'], { 'X-User': 'ann', 'x-other': '1' });
    expect(one).toBeDefined();
    expect(key(['x-user'], { 'x-user': 'ann', 'x-other': '2' })).toBe(one);
    expect(key(['x-user'], { 'x-user': 'bob' })).not.toBe(one);
  });

  it('distinguishes two values from one, and one name from another', () => {
    const names = ['x-a', 'x-b'];
    expect(key(names, { 'x-a': 'ab' })).not.toBe(key(names, { 'x-a': 'a', 'x-b': 'b' }));
    expect(key(names, { 'x-a': '1' })).not.toBe(key(names, { 'x-b': '1' }));
  });

  it('needs one of the headers, or all of them if all are required', () => {
    const names = ['x-a', 'x-b'];
    expect(key(names, {})).toBeUndefined();
    expect(key(names, { 'x-a': '1' })).toBeDefined();
    expect(key(names, { 'x-a': '1' }, true)).toBeUndefined();
    expect(key(names, { 'x-a': '1', 'x-b': '2' }, true)).toBeDefined();
  });

  it('reads named cookies, each of which counts as a header', () => {
    const names = ['cookie:a,B'];
    const one = key(names, { cookie: 'a=1; B=2; c=3' });
    expect(key(names, { cookie: 'c=4; B=2; a=1' })).toBe(one);
    expect(key(names, { cookie: 'a=1; b=2' })).not.toBe(one);
    expect(key(names, { cookie: 'a=1' }, true)).toBeUndefined();
    expect(key(names, { cookie: 'c=1' })).toBeUndefined();
  });

  it('reads cookies of a second line like those of the first', () => {
    const joined = { cookie: 'a=1, b=2' };
    expect(key(['cookie:b'], joined)).toBe(key(['cookie:b'], { cookie: 'a=1; b=2' }));
    expect(key(['cookie'], joined)).toBe(key(['cookie'], { cookie: 'b=2; a=1' }));
  });

  it('reads all cookies, in any order, but not our own', () => {
    const one = key(['cookie'], { cookie: 'a=1; b=2' });
    expect(key(['cookie'], { cookie: 'b=2; __plimsoll=x; a=1' })).toBe(one);
    expect(key(['cookie'], { cookie: 'a=1' })).not.toBe(one);
    expect(key(['cookie'], { cookie: '__plimsoll=x' })).toBeUndefined();
  });
});
