import { DATASETS } from '../../shared/analytics/datasets.ts';
import { namedQueries } from '../sql/named.ts';
import { filledPage } from './filled_page.ts';
import { meaningsIn } from './meanings.ts';

/** docs/sql.md with its generated tables: the named queries, and the columns. */
export function sqlDocs(): string {
  return filledPage('docs/sql.md', { queries: sqlQueries(), columns: sqlColumns() });
}

/** The columns of each dataset, from the tables that the writers use. */
export function sqlColumns(): string {
  const meanings = meaningsIn();
  return DATASETS.map(({ logical, table, columns }) => {
    const rows = Object.entries(columns).map(([name, column]) => {
      const { meaning = '', unit = '' } = meanings.get(`${logical}.${name}`) ?? {};
      return `| \`${name}\` | \`${column}\` | ${unit} | ${meaning} |`;
    });
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
