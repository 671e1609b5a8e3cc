import { useRef, useState } from 'preact/hooks';
import { NewRows } from '../../../../../shared/analytics/tail/new_rows.ts';
import { type Filters, tailQuery } from '../../../../../shared/analytics/tail/tail_query.ts';
import { clock, ms } from '../../../../../shared/display/format.ts';
import { rowsOf } from '../../data/api.ts';
import type { Place } from '../../data/use_place.ts';
import { usePoll } from '../../data/use_poll.ts';
import { keyOfRequest, type PastRequest } from '../../lib/past_request.ts';
import { Table } from '../../parts/table.tsx';

const POLL_MS = 2_000;
const SHOWN = 200;

interface Line extends PastRequest {
  /** Of its arrival in this page. Two requests can be equal in every column. */
  number: number;
}

interface Props {
  place: Place;
  filters: Filters;
  paused: boolean;
}

/** The last requests that the filters let through, the newest first. */
export function Lines({ place, filters, paused }: Props) {
  const fresh = useRef(new NewRows());
  const [lines, setLines] = useState<readonly Line[]>([]);
  const { error } = usePoll(
    paused ? 'paused' : 'running',
    async () => {
      if (paused) return;
      const rows = fresh.current.of(await rowsOf<PastRequest>(tailQuery(filters)));
      setLines((before) => {
        const newest = (before[0]?.number ?? 0) + rows.length;
        const added = rows.map((row, index) => ({ ...row, number: newest - index }));
        return [...added, ...before].slice(0, SHOWN);
      });
    },
    POLL_MS,
  );
  return (
    <>
      {error !== undefined && <p class="notice bad">{error}</p>}
      <Table
        caption="The last requests, the newest first"
        columns={[
          { title: 'time (UTC)', cell: ({ at }) => clock(at, false) },
          { title: 'status', number: true, cell: (one) => <b>{one.status}</b> },
          { title: 'time', number: true, cell: ({ total_ms }) => ms(total_ms) },
          { title: 'origin', cell: ({ origin }) => origin || '–' },
          { title: 'method', cell: ({ method }) => method },
          { title: 'path', cell: ({ path }) => path },
          { title: 'country', cell: ({ country }) => country },
          { title: 'decision', cell: ({ decision, strategy }) => `${decision} ${strategy}` },
          { title: 'notes', cell: notesOf },
          {
            title: 'why',
            cell: (one) => (
              <a
                href={place.href({ view: 'explain', request: keyOfRequest(one) })}
                aria-label={`Why ${one.path} went to ${one.origin}`}
              >
                why
              </a>
            ),
          },
        ]}
        rows={lines}
        keyOf={({ number }) => String(number)}
        empty="No request yet. In production a request can be read after about a minute."
      />
    </>
  );
}

function notesOf({ outcome, attempts, retry_reason, fallback, detail }: PastRequest): string {
  return [
    outcome === 'ok' ? '' : outcome,
    attempts > 1 ? `${attempts} attempts (${retry_reason})` : '',
    fallback === 1 ? 'fallback' : '',
    detail,
  ]
    .filter((note) => note !== '')
    .join(', ');
}
