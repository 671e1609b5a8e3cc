import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { refusals } from '../../../shared/analytics/sql/dialect.ts';
import { bindSince } from '../../../shared/analytics/sql/since.ts';
import { translate } from '../../../shared/analytics/sql/translate.ts';
import { sqlColumns } from '../../../tools/docs/sql.ts';
import { inRoot } from '../../../tools/project/root.ts';
import { namedQueries } from '../../../tools/sql/named.ts';

const page = readFileSync(inRoot('docs', 'sql.md'), 'utf8');

describe('docs/sql.md', () => {
  it('lists the current columns', () => expect(page).toContain(sqlColumns()));

  it('lists each named query with its description', () => {
    for (const { name, description } of namedQueries())
      expect(page).toContain(`| \`${name}\` | ${description} |`);
  });

  const examples = [...page.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, sql = '']) => sql);

  it.each(examples)('shows a query that runs in production: %s', (sql) => {
    expect(refusals(translate(bindSince(sql, '1h').sql))).toEqual([]);
  });

  it('shows some queries', () => expect(examples.length).toBeGreaterThan(2));
});
