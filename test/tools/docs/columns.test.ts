import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DATASETS } from '../../../shared/analytics/datasets.ts';
import { meaningsIn } from '../../../tools/docs/meanings.ts';
import { inRoot } from '../../../tools/project/root.ts';

// Each writer declares with `satisfies` which columns its row has, and the compiler checks it. This test adds up the columns.

const writers = globSync('workers/**/*.ts', { cwd: inRoot() }).map((file) =>
  readFileSync(inRoot(file), 'utf8'),
);
const quoted = (names = '') => [...names.matchAll(/'(\w+)'/g)].map(([, name = '']) => name);

/** The columns of a dataset that the rows of its writers have. */
function written(constant: string, columns: readonly string[]): Set<string> {
  const row = `Row<typeof ${constant}>`;
  return new Set(
    writers.flatMap((source) => {
      const flat = source.replace(/\s+/g, ' ');
      const [, listed] = /type Written = ([^;]+);/.exec(flat) ?? [];
      return [...flat.matchAll(/satisfies Required< ?(.*?) ?>;/g)].flatMap(([, claim = '']) => {
        if (claim === row) return columns;
        if (claim === `Pick<${row}, Written>`) return quoted(listed);
        if (!claim.startsWith(`Omit<${row}, `)) return [];
        const left_out = quoted(claim);
        return columns.filter((name) => !left_out.includes(name));
      });
    }),
  );
}

describe('every column', () => {
  it.each(Object.entries(DATASETS))('of %s is written', (logical, { columns }) => {
    const names = Object.keys(columns);
    expect(names.filter((name) => !written(logical.toUpperCase(), names).has(name))).toEqual([]);
  });

  it('has a meaning in docs/sql.md', () => {
    const page = readFileSync(inRoot('docs', 'sql.md'), 'utf8');
    for (const [logical, { columns }] of Object.entries(DATASETS)) {
      const [, section = ''] = page.split(`\n### \`${logical}\`\n`);
      const rows = section.split('\n### ')[0] ?? '';
      for (const [name, column] of Object.entries(columns))
        expect(rows).toMatch(
          new RegExp(
            `^\\| \`${name}\` \\| \`${column.split('.')[0]}\`[a-z, ]* \\| \\w* \\| \\S.{3,} \\|$`,
            'm',
          ),
        );
    }
  });

  it('needs a comment with its unit and its meaning', () => {
    const source = readFileSync(inRoot('shared', 'analytics', 'datasets.ts'), 'utf8');
    expect(meaningsIn(source).get('traffic.attempts')).toEqual({ unit: 'count', meaning: 'origins tried' });
    expect(() => meaningsIn(source.replace(/ \/\/ \(count\) origins tried/, ''))).toThrow(
      'shared/analytics/datasets.ts: column `attempts` of `traffic` has no meaning',
    );
  });
});
