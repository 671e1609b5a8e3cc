import { useMemo } from 'preact/hooks';
import { isNumericType } from '../../../../../shared/analytics/sql/numeric_type.ts';
import type { SqlAnswer } from '../../../../../shared/contracts/sql.ts';
import { csvOf } from '../../lib/csv.ts';
import { sqlChart } from '../../lib/sql_chart.ts';
import { SqlPlot } from '../../parts/sql_plot.tsx';
import { Table } from '../../parts/table.tsx';

/** More rows make a page slow. The files have all of them. */
const SHOWN = 500;

/** The rows of an answer as a chart, as a table and as files. */
export function SqlResultView({ answer }: { answer: SqlAnswer }) {
  const chart = useMemo(() => sqlChart(answer), [answer]);
  const { rows, columns, table } = answer;
  // The page is drawn every few seconds, and a file can have megabytes.
  const csv = useMemo(() => fileOf('text/csv', csvOf(answer)), [answer]);
  const json = useMemo(() => fileOf('application/json', JSON.stringify(rows, undefined, 2)), [answer]);
  const shown = rows.slice(0, SHOWN);
  const more = rows.length > SHOWN ? `, the first ${SHOWN} here and all in the files` : '';
  return (
    <>
      <div class="bar">
        <a download="plimsoll.csv" href={csv}>
          CSV
        </a>
        <a download="plimsoll.json" href={json}>
          JSON
        </a>
      </div>
      {chart !== undefined && <SqlPlot chart={chart} />}
      <Table
        caption={`${rows.length} rows of ${table ?? 'the answer'}${more}`}
        columns={columns.map(({ name, type }) => ({
          title: name,
          cell: ({ row }: { row: SqlAnswer['rows'][number]; index: number }) => String(row[name] ?? ''),
          ...(isNumericType(type) ? { number: true as const } : {}),
        }))}
        rows={shown.map((row, index) => ({ row, index }))}
        keyOf={({ index }) => String(index)}
        empty="No rows."
      />
    </>
  );
}

function fileOf(type: string, text: string): string {
  return `data:${type};charset=utf-8,${encodeURIComponent(text)}`;
}
