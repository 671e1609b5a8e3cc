import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { SqlAnswer } from '../../../../../shared/contracts/sql.ts';
import { ask } from '../../data/api.ts';
import type { Place } from '../../data/use_place.ts';
import { useStored } from '../../data/use_stored.ts';
import type { TextEditor, TextProblem } from '../../editor/create_editor.ts';
import { Editor } from '../../editor/editor.tsx';
import { rangeOf } from '../../lib/range.ts';
import { firstQuery, type WrittenQuery } from '../../lib/written_query.ts';
import { SavedQueries } from './saved_queries.tsx';
import { SqlResultView } from './sql_result.tsx';

const FIRST = `SELECT origin, sum(_sample_interval) AS requests
FROM traffic
WHERE {since}
GROUP BY origin
ORDER BY requests DESC
LIMIT 100`;

const CHECK_MS = 300;

/** Queries over the data points, with the names of docs/sql.md. The query is in the URL, so a link shows the same. */
export function Sql({ place }: { place: Place }) {
  const [answer, setAnswer] = useState<SqlAnswer>();
  const [problem, setProblem] = useState<string>();
  const [problems, setProblems] = useState<readonly TextProblem[]>([]);
  // A query that was not run yet outlives another view and the end of a session.
  const [written, setWritten] = useStored<WrittenQuery | undefined>(sessionStorage, 'query', undefined);
  const start = useMemo(() => firstQuery(written, place.get('query')) ?? FIRST, []);
  const query = useRef(start);
  const editor = useRef<TextEditor>(undefined);
  const check = useRef<ReturnType<typeof setTimeout>>(undefined);
  const range = rangeOf(place.get('range'));
  useEffect(() => () => clearTimeout(check.current), []);
  const onChange = (text: string) => {
    query.current = text;
    setWritten({ of: place.get('query'), text });
    clearTimeout(check.current);
    check.current = setTimeout(
      () => void import('../../editor/sql_problems.ts').then((one) => setProblems(one.sqlProblems(text))),
      CHECK_MS,
    );
  };
  const run = async () => {
    setWritten(undefined);
    place.go({ query: query.current });
    try {
      setAnswer(await ask<SqlAnswer>('/api/sql', { query: query.current, since: range.name }));
      setProblem(undefined);
    } catch (error) {
      setAnswer(undefined);
      setProblem((error as Error).message);
    }
  };
  const choose = (sql: string) => {
    if (sql === '') return;
    if (editor.current === undefined) query.current = sql;
    else editor.current.setText(sql);
    void run();
  };
  return (
    <>
      <SavedQueries current={() => query.current} onChoose={choose} />
      <Editor
        label="Query"
        load={() => import('../../editor/sql_editor.ts').then((one) => one.sqlEditor)}
        text={start}
        problems={problems}
        onChange={onChange}
        onRun={() => void run()}
        onReady={(made) => {
          editor.current = made;
        }}
      />
      <div class="bar">
        <button type="button" class="main" onClick={() => void run()}>
          Run
        </button>
        <span class="soft">
          Ctrl-Enter runs. <code>{'{since}'}</code> is the time range, the last {range.label}.
        </span>
      </div>
      <div role="status">{problem !== undefined && <p class="notice bad">{problem}</p>}</div>
      {answer !== undefined && <SqlResultView answer={answer} />}
    </>
  );
}
