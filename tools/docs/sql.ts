import { type Column, DATASETS, type Dataset } from '../../shared/analytics/datasets.ts';
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
  const sections = Object.entries(DATASETS).map(([logical, { table, columns }]) => {
    const rows = Object.entries(columns).map(([name, column]) => {
      const { meaning = '', unit = '' } = meanings.get(`${logical}.${name}`) ?? {};
      return `| \`${name}\` | ${storedIn(column)} | ${unit} | ${meaning} |`;
    });
    return [
      `### \`${logical}\``,
      '',
      `Stored as \`${table}\`. Free: ${freePlaces(columns)}.`,
      '',
      '| Name | Column | Unit | Meaning |',
      '| --- | --- | --- | --- |',
      ...rows,
    ].join('\n');
  });
  return sections.join('\n\n');
}

/** `blob5.2` as the docs say it. */
function storedIn(column: Column): string {
  const [stored, part] = column.split('.');
  if (part === undefined) return `\`${stored}\``;
  return `\`${stored}\`, ${part === '1' ? 'before' : 'after'} the first space`;
}

const PLACES = Array.from({ length: 20 }, (_, i) => i + 1);

/** The places that no column has: `blob6, blob12, double13 to double20`. */
function freePlaces(columns: Dataset['columns']): string {
  const taken = Object.values(columns).map((column) => column.split('.')[0]);
  return ['blob', 'double']
    .flatMap((kind) => {
      const free = PLACES.map((n) => `${kind}${n}`).filter((place) => !taken.includes(place));
      const unused = PLACES.length - PLACES.findLastIndex((n) => taken.includes(`${kind}${n}`)) - 1;
      const gaps = free.slice(0, free.length - unused).map((place) => `\`${place}\``);
      return unused === 0 ? gaps : [...gaps, `\`${free[gaps.length]}\` to \`${kind}20\``];
    })
    .join(', ');
}

/** The named queries with what they answer. */
function sqlQueries(): string {
  const rows = namedQueries().map(({ name, description }) => `| \`${name}\` | ${description} |`);
  return ['| Name | Answers |', '| --- | --- |', ...rows].join('\n');
}
