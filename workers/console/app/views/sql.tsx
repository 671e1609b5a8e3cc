import { useState } from 'preact/hooks';
import type { SqlAnswer } from '../../../../shared/contracts/sql.ts';
import { ask } from '../data/api.ts';
import type { Place } from '../data/use_place.ts';
import { csvOf } from '../lib/csv.ts';
import { rangeOf } from '../lib/range.ts';
import { Table } from '../parts/table.tsx';

const FIRST = `SELECT origin, sum(_sample_interval) AS requests
FROM traffic
WHERE {since}
GROUP BY origin
ORDER BY requests DESC
LIMIT 100`;

/** A query over the data points, with the names of docs/sql.md. The query is in the URL, so a link shows the same. */
export function Sql({ place }: { place: Place }) {
  const [answer, setAnswer] = useState<SqlAnswer>();
  const [problem, setProblem] = useState<string>();
  const range = rangeOf(place.get('range'));
  const run = async (event: SubmitEvent) => {
    event.preventDefault();
    const query = String(new FormData(event.currentTarget as HTMLFormElement).get('query'));
    place.go({ query });
    try {
      setAnswer(await ask<SqlAnswer>('/api/sql', { query, since: range.name }));
      setProblem(undefined);
    } catch (error) {
      setAnswer(undefined);
      setProblem((error as Error).message);
    }
  };
  return (
    <>
      <form onSubmit={(event) => void run(event)}>
        <label>
          Query. <code>{'{since}'}</code> is the time range.
          <textarea
            class="code"
            name="query"
            rows={8}
            spellcheck={false}
            defaultValue={place.get('query') ?? FIRST}
          />
        </label>
        <div class="bar">
          <button type="submit" class="main">
            Run
          </button>
          {answer !== undefined && (
            <a
              download="plimsoll.csv"
              href={`data:text/csv;charset=utf-8,${encodeURIComponent(csvOf(answer))}`}
            >
              CSV
            </a>
          )}
        </div>
      </form>
      <div role="status">{problem !== undefined && <p class="notice bad">{problem}</p>}</div>
      {answer !== undefined && (
        <Table
          caption={`${answer.rows.length} rows of ${answer.table ?? 'the answer'}`}
          columns={answer.columns.map(({ name, type }) => ({
            title: name,
            cell: ({ row }: { row: SqlAnswer['rows'][number]; index: number }) => String(row[name] ?? ''),
            ...(/^(U?Int|Float)/.test(type) ? { number: true as const } : {}),
          }))}
          rows={answer.rows.map((row, index) => ({ row, index }))}
          keyOf={({ index }) => String(index)}
          empty="No rows."
        />
      )}
    </>
  );
}
