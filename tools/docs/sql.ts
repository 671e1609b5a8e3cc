import { readFileSync } from 'node:fs';
import { DATASETS } from '../../shared/analytics.ts';
import { inRoot } from '../cli/root.ts';
import { namedQueries } from '../sql/named.ts';

/** docs/sql.md with its two tables as they are now; what stands around the marked places is hand-written. */
export function sqlDocs(): string {
  const page = readFileSync(inRoot('docs', 'sql.md'), 'utf8');
  return filled(filled(page, 'queries', sqlQueries()), 'columns', sqlColumns());
}

/** The columns of each dataset, from the table that the writers use. */
export function sqlColumns(): string {
  return DATASETS.map(({ logical, table, columns }) => {
    const rows = Object.entries(columns).map(
      ([name, { column, unit, meaning }]) => `| \`${name}\` | \`${column}\` | ${unit ?? ''} | ${meaning} |`,
    );
    return [
      `### \`${logical}\``,
      '',
      `Stored as \`${table}\`.`,
      '',
      '| Name | Column | Unit | Meaning |',
      '| --- | --- | --- | --- |',
      ...rows,
    ].join('\n');
  }).join('\n\n');
}

/** The named queries with what they answer. */
function sqlQueries(): string {
  const rows = namedQueries().map(({ name, description }) => `| \`${name}\` | ${description} |`);
  return ['| Name | Answers |', '| --- | --- |', ...rows].join('\n');
}

/** Puts `content` between `<!-- place -->` and `<!-- /place -->`. @throws Error if the page has no such place */
function filled(page: string, place: string, content: string): string {
  const [open, close] = [`<!-- ${place} -->\n`, `\n<!-- /${place} -->`];
  const [from, to] = [page.indexOf(open), page.indexOf(close)];
  if (from < 0 || to < from) throw new Error(`docs/sql.md has no place "${place}"`);
  return `${page.slice(0, from + open.length)}\n${content}\n${page.slice(to)}`;
}
