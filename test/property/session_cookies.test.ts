import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cookieValues, withoutOurCookies } from '../../shared/session/cookies.ts';
import { importKey, openToken, sealToken } from '../../shared/session/token.ts';
import { anyText, runs } from './runs.ts';

/** What RFC 6265 allows in a cookie, and what clients send anyway. No comma precedes our name, see OURS. */
const foreign = fc
  .tuple(
    fc.constantFrom('a', 'b.c', 'x__plimsoll', '_plimsoll', 'PLIMSOLL', '$x', 'é'),
    fc.stringMatching(/^[ !#-+.-:<-~]{0,12}$/),
    fc.constantFrom('=', ' = ', '=='),
  )
  .map(([name, value, equals]) => `${name}${equals}${value}`);
const ours = fc
  .tuple(fc.constantFrom('__plimsoll', '__plimsoll_0123abcd'), fc.stringMatching(/^[\w-]{0,60}$/))
  .map(([name, value]) => `${name}=${value}`);

describe('withoutOurCookies', () => {
  it('removes our cookies anywhere, and keeps the others byte for byte and in order', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(foreign, ours), { maxLength: 8 }), (pairs) => {
        const rest = pairs.filter((pair) => !pair.startsWith('__plimsoll'));
        expect(withoutOurCookies(pairs.join('; '))).toBe(
          rest.length === pairs.length ? pairs.join('; ') : rest.join('; '),
        );
      }),
      runs(),
    );
  });

  it('never throws, never adds, and leaves no readable cookie of ours', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(anyText, foreign, ours)),
        fc.constantFrom(';', '; ', ', '),
        (parts, seam) => {
          const header = parts.join(seam);
          const rest = withoutOurCookies(header);
          expect(rest.length).toBeLessThanOrEqual(header.length);
          expect(cookieValues(rest, '__plimsoll')).toEqual([]);
        },
      ),
      runs(),
    );
  });
});

describe('openToken', () => {
  it('opens only sealed tokens, and never throws', async () => {
    const key = await importKey('k');
    const tag = fc.stringMatching(/^[A-Za-z0-9_-]{10}[AEIMQUYcgkosw048]$/);
    await fc.assert(
      fc.asyncProperty(
        tag,
        fc.integer({ min: 2, max: 2 ** 32 - 1 }),
        anyText,
        async (tag, expires_at_s, text) => {
          const sealed = await sealToken(key, 'app', { tag, expires_at_s });
          expect(await openToken(key, 'app', sealed, 1)).toEqual({ tag, expires_at_s });
          expect(await openToken(key, `app${text || 'x'}`, sealed, 1)).toBeUndefined();
          expect(await openToken(key, 'app', text, 1)).toBeUndefined();
          const at = expires_at_s % sealed.length;
          const mixed = sealed.slice(0, at) + text + sealed.slice(at + text.length);
          if (mixed !== sealed) expect(await openToken(key, 'app', mixed, 1)).toBeUndefined();
        },
      ),
      runs(),
    );
  });
});
