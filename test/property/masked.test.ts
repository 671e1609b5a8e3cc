import fc from 'fast-check';
import { parse } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import { masked } from '../../workers/console/access/masked.ts';
import { maskedSource } from '../../workers/console/access/masked_source.ts';
import { refuseMasked, refuseMaskedSource } from '../../workers/console/access/refuse_masked.ts';
import { runs } from './runs.ts';

/** Secrets that nothing else contains. */
const secret = fc.nat(1e9).map((n) => `SECRET-${n}"\\é`);
const name = fc.constantFrom('X-Api-Key', 'authorization', 'Cookie', 'X "quoted"', 'header', '__proto__x');
const header = fc
  .tuple(fc.dictionary(name, fc.array(secret, { minLength: 1, maxLength: 3 }), { minKeys: 1 }), fc.boolean())
  .map(([secrets, host]) => ({ ...secrets, ...(host ? { Host: ['app.example.com'] } : {}) }));
const monitor = header.map((each) => ({ id: 'm', path: '/', header: each }));
const config = fc
  .record({ monitors: fc.array(monitor, { minLength: 1, maxLength: 3 }), pools: fc.constant([{ id: 'p' }]) })
  .map((value) => ({ ...value, description: 'shown' }));

/** Writes a value with comments, some of them with its secrets, at places where JSONC allows them. */
function written(value: unknown, indent: number, comments: readonly boolean[]): string {
  let n = 0;
  return JSON.stringify(value, null, indent).replace(/^ *"X-Api-Key": .*$/gm, (line) => {
    const commented = comments[n++ % Math.max(comments.length, 1)] === true;
    return commented ? `${line} // was "X-Old": ["SECRET-0"]` : line;
  });
}

describe('what a reader sees', () => {
  it('has no secret as a value, and cannot be written back', () => {
    fc.assert(
      fc.property(config, (value) => {
        const shown = masked(value);
        expect(JSON.stringify(shown)).not.toContain('SECRET');
        expect(masked(shown)).toEqual(shown);
        expect(() => refuseMasked(shown)).toThrow();
        expect(() => refuseMasked(value)).not.toThrow();
      }),
      runs(),
    );
  });

  it('has no secret as a source, is the same configuration otherwise, and cannot be written back', () => {
    fc.assert(
      fc.property(config, fc.constantFrom(0, 1, 2, 4), fc.array(fc.boolean()), (value, indent, comments) => {
        const source = written(value, indent, comments);
        const shown = maskedSource(source);
        expect(shown).not.toContain('SECRET');
        expect(parse(shown)).toEqual(masked(value));
        expect(maskedSource(shown)).toBe(shown);
        expect(() => refuseMaskedSource(shown)).toThrow();
        expect(() => refuseMaskedSource(source)).not.toThrow();
      }),
      runs(),
    );
  });
});
