import { describe, expect, it } from 'vitest';
import { MASK, masked, maskedFields, seesSecrets } from '../../../../workers/console/access/masked.ts';
import { maskedSource } from '../../../../workers/console/access/masked_source.ts';
import { refuseMasked, refuseMaskedSource } from '../../../../workers/console/access/refuse_masked.ts';

const MONITOR = {
  id: 'm',
  path: '/health',
  header: { Host: ['app.example.com'], 'user-agent': ['probe'], 'X-Api-Key': ['s3cr3t', 'other'] },
};

describe('seesSecrets', () => {
  it('is for admin alone', () => {
    expect((['read', 'operate', 'admin'] as const).map(seesSecrets)).toEqual([false, false, true]);
  });
});

describe('masked', () => {
  it('masks every value of every header but Host and User-Agent, in any case', () => {
    expect(masked(MONITOR)).toEqual({
      ...MONITOR,
      header: { Host: ['app.example.com'], 'user-agent': ['probe'], 'X-Api-Key': [MASK, MASK] },
    });
  });

  it('finds monitors at any depth, and leaves origins as they are', () => {
    const origin = { address: 'a.example.com', header: { Host: ['b.example.com'] } };
    const config = { monitors: [MONITOR], pools: [{ origins: [origin] }] };
    const hidden = masked([config]);
    expect(JSON.stringify(hidden)).not.toContain('s3cr3t');
    expect(hidden).toMatchObject([{ pools: [{ origins: [origin] }] }]);
  });

  it('masks what is in place of a list or of the headers', () => {
    expect(masked({ header: { 'X-Api-Key': 's3cr3t' } })).toEqual({ header: { 'X-Api-Key': MASK } });
    expect(masked({ header: 's3cr3t' })).toEqual({ header: MASK });
    expect(masked({ header: null })).toEqual({ header: null });
    expect(masked({ header: { X: { y: ['s3cr3t', 5, true] } } })).toEqual({
      header: { X: { y: [MASK, MASK, true] } },
    });
  });

  it.each([null, 1, 'text', true, undefined, [], {}])('leaves %j as it is', (value) => {
    expect(masked(value)).toEqual(value);
  });
});

describe('maskedFields', () => {
  it.each([
    ['', MONITOR],
    ['/header', MONITOR.header],
    ['/header/X-Api-Key', ['s3cr3t']],
    ['/header/X-Api-Key/0', 's3cr3t'],
    ['/monitors/0/header/X~1Y/0', 's3cr3t'],
  ])('masks both sides of a difference at "%s"', (pointer, value) => {
    const fields = maskedFields([{ pointer, before: value, after: value }]);
    expect(JSON.stringify(fields)).not.toContain('s3cr3t');
    expect(JSON.stringify(fields)).toContain(MASK);
  });

  it('shows other fields, and adds no side that there was not', () => {
    const fields = [
      { pointer: '/path', before: '/a', after: '/b' },
      { pointer: '/header/Host/0', after: 'app.example.com' },
    ];
    expect(maskedFields(fields)).toEqual(fields);
  });
});

describe('maskedSource', () => {
  it('keeps everything else as written', () => {
    const source = `// The shop.
{
  "monitors": [
    { "id": "m", /* every 5 s */ "interval": 5,
      "header": { "Host": ["app.example.com"], "X-Api-Key": ["s3cr3t" , 'x'], },
    },
  ],
}
`.replace("'x'", '"y"');
    expect(maskedSource(source)).toBe(source.replace('"s3cr3t"', `"${MASK}"`).replace('"y"', `"${MASK}"`));
  });

  it('masks a value however it is escaped, and under a name that is escaped', () => {
    const source = String.raw`{ "he\u0061der": { "X-K\u0065y": ["s3\u0063r3t"] } }`;
    expect(maskedSource(source)).toBe(String.raw`{ "he\u0061der": { "X-K\u0065y": ["${MASK}"] } }`);
  });

  it.each([
    ['inside a header', '{ "header": { /* was "s3cr3t" */ "X-Key": ["new"] } }'],
    ['inside a header, in a line', '{ "header": {\n  // "X-Old": ["s3cr3t"]\n} }'],
    ['with the value of a header', '{ "header": { "X-Key": ["s3cr3t"] } } // s3cr3t since May'],
    ['with a header', '{ /* "header": { "X-Key": ["s3cr3t"] } */ }'],
    ['with a header over several lines', '{\n  // "header": {\n  //   "X-Key": ["s3cr3t"]\n  // }\n}'],
  ])('masks a comment %s', (_, source) => {
    const hidden = maskedSource(source);
    expect(hidden).not.toContain('s3cr3t');
    expect(hidden).toContain(MASK);
  });

  it('leaves a broken source without a header as it is, and masks what it can of one with', () => {
    expect(maskedSource('{ "pools": [')).toBe('{ "pools": [');
    expect(maskedSource('{ "header": { "X-Key": ["s3cr3t" "other"')).not.toMatch(/s3cr3t|other/);
  });
});

describe('refuseMasked', () => {
  it('refuses what a reader sees, with the place of every mask', () => {
    expect(() => refuseMasked({ monitors: [masked(MONITOR)] })).toThrow(
      expect.objectContaining({
        status: 400,
        mistakes: [
          expect.objectContaining({ code: 1002, pointer: '/monitors/0/header/X-Api-Key/0' }),
          expect.objectContaining({ code: 1002, pointer: '/monitors/0/header/X-Api-Key/1' }),
        ],
      }),
    );
  });

  it('accepts secrets, and the same characters anywhere else', () => {
    expect(() => refuseMasked({ ...MONITOR, description: MASK })).not.toThrow();
    expect(() => refuseMasked(undefined)).not.toThrow();
  });

  it('looks at bodies that nest deeply', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(() => refuseMasked(JSON.parse(deep))).not.toThrow();
  });
});

describe('refuseMaskedSource', () => {
  it.each(['', ']'.repeat(50_000)])('leaves a source that nests too deeply to its reader', (end) => {
    expect(() => refuseMaskedSource(`{ "a": "${MASK}", "b": ${'['.repeat(50_000)}${end}`)).not.toThrow();
  });

  it.each([
    ['{ "header": { "X-Key": ["s3cr3t"] } }', 'line 1, column 25: header["X-Key"][0]: is masked'],
    ['{ /* "header": { "X-Key": ["s3cr3t"] } */ }', 'line 1, column 3: a comment is masked'],
    ['{ "header": {\n  // "X-Old": ["s3cr3t"]\n} }', 'line 2, column 3: a comment is masked'],
  ])('refuses a reader’s copy of %s at its place, and accepts the original', (source, message) => {
    expect(() => refuseMaskedSource(source)).not.toThrow();
    expect(() => refuseMaskedSource(maskedSource(source))).toThrow(
      expect.objectContaining({
        status: 400,
        mistakes: [expect.objectContaining({ code: 1002, message: expect.stringContaining(message) })],
      }),
    );
  });

  it('refuses a mask that is written with escapes', () => {
    const escaped = String.raw`{ "header": { "X-Key": ["\u2022\u2022\u2022"] } }`;
    expect(() => refuseMaskedSource(escaped)).toThrow(expect.objectContaining({ status: 400 }));
  });
});
