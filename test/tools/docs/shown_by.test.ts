import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GENERATED_DOCS } from '../../../tools/docs/generate.ts';
import { hasTitle, shownRows } from '../../../tools/docs/shown_by.ts';
import { inRoot } from '../../../tools/project/root.ts';

const folder = inRoot('docs');
/** Pages with tables whose rows name the test that shows them. Tables that are made from tests are left out. */
const pages = readdirSync(folder)
  .filter((name) => name.endsWith('.md') && !Object.hasOwn(GENERATED_DOCS, `docs/${name}`))
  .map((name) => ({ name, rows: shownRows(readFileSync(join(folder, name), 'utf8')) }))
  .filter(({ rows }) => rows.length > 0);

describe('the column `Shown by`', () => {
  it('exists in docs/failure-modes.md', () => {
    expect(pages.find(({ name }) => name === 'failure-modes.md')?.rows.length).toBeGreaterThan(20);
  });

  const rows = pages.flatMap(({ name, rows }) => rows.map((row) => ({ name, ...row })));

  it.each(rows)('$name: "$claim" names tests that exist', ({ tests }) => {
    expect(tests).not.toEqual([]);
    for (const { file, title } of tests) {
      const path = join(folder, file);
      expect(existsSync(path), file).toBe(true);
      expect(hasTitle(readFileSync(path, 'utf8'), title), `${file} has no test "${title}"`).toBe(true);
    }
  });
});

describe('shownRows', () => {
  const page = [
    'Text | with a border',
    '',
    '| What | Says | Shown by |',
    '| --- | :-: | --- |',
    '| KV | `a\\|b` | [a](../test/a.test.ts) "one", [b](../test/b.test.ts) "two (and more)" |',
    '| nothing | | |',
    '',
    '| Another | table |',
    '| --- | --- |',
    '| x | [a](../test/a.test.ts) "one" |',
  ].join('\n');

  it('finds only the rows of such tables, and all tests of a row', () => {
    expect(shownRows(page)).toEqual([
      {
        claim: 'KV',
        tests: [
          { file: '../test/a.test.ts', title: 'one' },
          { file: '../test/b.test.ts', title: 'two (and more)' },
        ],
      },
      { claim: 'nothing', tests: [] },
    ]);
  });

  it('finds only complete titles', () => {
    expect(hasTitle("it('serves on', () => {})", 'serves on')).toBe(true);
    expect(hasTitle("it('serves on and on', () => {})", 'serves on')).toBe(false);
  });
});
