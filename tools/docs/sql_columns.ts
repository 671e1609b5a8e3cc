import { DATASETS } from '../../shared/analytics.ts';

/** The part of docs/sql.md that lists the columns of each dataset, from the table that the writers use. */
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
