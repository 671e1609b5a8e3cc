import { tailQuery } from '../../../../../shared/analytics/tail/tail_query.ts';
import { clock, ms } from '../../../../../shared/display/format.ts';
import { rowsOf } from '../../data/api.ts';
import type { Place } from '../../data/use_place.ts';
import { usePoll } from '../../data/use_poll.ts';
import { keyOfRequest, type PastRequest } from '../../lib/past_request.ts';
import { Table } from '../../parts/table.tsx';

const POLL_MS = 10_000;
const SHOWN = 20;

/** The last requests, to pick one and see why it went where it went. */
export function Recent({ place }: { place: Place }) {
  const { value, error } = usePoll('recent', () => rowsOf<PastRequest>(tailQuery({})), POLL_MS);
  return (
    <Table
      caption="Or pick a request of the last minutes"
      columns={[
        { title: 'time (UTC)', cell: ({ row }) => clock(row.at, false) },
        {
          title: 'request',
          cell: ({ row }) => (
            <a href={place.href({ request: keyOfRequest(row) })}>
              {row.method} {row.path}
            </a>
          ),
        },
        { title: 'status', number: true, cell: ({ row }) => row.status },
        { title: 'origin', cell: ({ row }) => row.origin || '–' },
        { title: 'decision', cell: ({ row }) => row.decision },
        { title: 'time', number: true, cell: ({ row }) => ms(row.total_ms) },
      ]}
      rows={(value ?? []).slice(0, SHOWN).map((row, index) => ({ row, index }))}
      keyOf={({ index }) => String(index)}
      empty={error ?? 'No request yet.'}
    />
  );
}
