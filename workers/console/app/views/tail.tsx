import { useEffect, useState } from 'preact/hooks';
import { NewRows } from '../../../../shared/analytics/tail/new_rows.ts';
import { type Filters, tailQuery } from '../../../../shared/analytics/tail/tail_query.ts';
import type { Status } from '../../../../shared/contracts/status.ts';
import { clock, ms } from '../../../../shared/display/format.ts';
import { rowsOf } from '../data/api.ts';
import type { Place } from '../data/use_place.ts';
import { usePoll } from '../data/use_poll.ts';
import { keyOfRequest, type PastRequest } from '../lib/past_request.ts';
import { Choice } from '../parts/choice.tsx';
import { Table } from '../parts/table.tsx';

const POLL_MS = 2_000;
const SHOWN = 200;
const CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx'];

interface Line extends PastRequest {
  /** Of its arrival in this page. Two requests can be equal in every column. */
  number: number;
}

/** The last requests as they come. The filters are in the URL. */
export function Tail({ place, status }: { place: Place; status: Status }) {
  const filters = filtersOf(place);
  const [paused, setPaused] = useState(false);
  const key = JSON.stringify(filters);
  const { lines, error } = useLines(key, filters, paused);
  const pools = [...new Set(status.balancers.flatMap((one) => one.pools.map(({ id }) => id)))];
  const origins = [
    ...new Set(
      status.balancers.flatMap((one) => one.pools.flatMap((pool) => pool.origins.map(({ id }) => id))),
    ),
  ];
  const choose = (name: string) => (value: string) => place.go({ [name]: value === '' ? null : value });
  return (
    <>
      <div class="bar" role="toolbar" aria-label="Filters">
        <Choice
          label="Load balancer"
          value={filters.balancer}
          options={status.balancers.map(({ id }) => id)}
          onChoose={choose('balancer')}
        />
        <Choice label="Pool" value={filters.pool} options={pools} onChoose={choose('pool')} />
        <Choice label="Origin" value={filters.origin} options={origins} onChoose={choose('origin')} />
        <Choice label="Status" value={filters.status} options={CLASSES} onChoose={choose('status')} />
        <label>
          Country{' '}
          <input
            size={3}
            maxLength={2}
            value={filters.country ?? ''}
            onChange={(event) => choose('country')(event.currentTarget.value.toUpperCase())}
          />
        </label>
        <button type="button" aria-pressed={paused} onClick={() => setPaused(!paused)}>
          Pause
        </button>
      </div>
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

/** Polls for new rows and keeps the last ones. Other filters begin anew. */
function useLines(
  key: string,
  filters: Filters,
  paused: boolean,
): { lines: readonly Line[]; error: string | undefined } {
  const [fresh, setFresh] = useState(() => new NewRows());
  const [lines, setLines] = useState<readonly Line[]>([]);
  useEffect(() => {
    setFresh(new NewRows());
    setLines([]);
  }, [key]);
  const { error } = usePoll(
    `tail ${key} ${paused}`,
    async () => {
      if (paused) return;
      const rows = fresh.of(await rowsOf<PastRequest>(tailQuery(filters)));
      setLines((before) => {
        const first = (before[0]?.number ?? 0) + rows.length;
        const added = rows.map((row, index) => ({ ...row, number: first - index }));
        return [...added, ...before].slice(0, SHOWN);
      });
    },
    POLL_MS,
  );
  return { lines, error };
}

function filtersOf(place: Place): Filters {
  const names = ['balancer', 'pool', 'origin', 'status', 'country'] as const;
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = place.get(name);
      return value === null || value === '' ? [] : [[name, value]];
    }),
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
