import { describe, expect, it } from 'vitest';
import { base64url, includes, isToken, SCOPES, tokenOf } from '../../../shared/contracts/access.ts';

const bytes = (seed: number) => Uint8Array.from({ length: 32 }, (_, n) => (n * seed) % 256);

describe('tokenOf', () => {
  it('writes 52 characters that carry all bytes, in the form that Terraform’s provider accepts', () => {
    const tokens = [1, 7, 250, 251].map((seed) => tokenOf(bytes(seed)));
    for (const token of tokens) {
      expect(token).toMatch(/^plimsoll_[0-9A-Za-z_-]{43}$/);
      expect(token).toMatch(/^[0-9A-Za-z\-_]{40,80}$/);
      expect(isToken(token)).toBe(true);
    }
    expect(new Set(tokens).size).toBe(tokens.length);
    const decoded = atob((tokens[1] ?? '').slice(9).replaceAll('-', '+').replaceAll('_', '/'));
    expect(Uint8Array.from(decoded, (char) => char.charCodeAt(0))).toEqual(bytes(7));
  });

  it('refuses fewer bytes', () => {
    expect(() => tokenOf(new Uint8Array(16))).toThrow(RangeError);
  });
});

describe('isToken', () => {
  const good = `plimsoll_${'a'.repeat(43)}`;
  it.each(['', 'plimsoll_', good.slice(1), good.slice(0, -1), `${good}a`, `${good}\n`, good.toUpperCase()])(
    'refuses %j',
    (text) => {
      expect(isToken(text)).toBe(false);
    },
  );
});

describe('base64url', () => {
  it('uses no character that a URL or a cookie would escape', () => {
    expect(base64url(Uint8Array.of(0xfb, 0xff, 0xfe))).toBe('-__-');
    expect(base64url(Uint8Array.of(1))).toBe('AQ');
  });
});

describe('includes', () => {
  it('orders the scopes: read, operate, admin', () => {
    const table = SCOPES.map((has) => SCOPES.filter((needed) => includes(has, needed)));
    expect(table).toEqual([['read'], ['read', 'operate'], ['read', 'operate', 'admin']]);
  });
});
