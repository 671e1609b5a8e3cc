import { short } from '../../../../../shared/display/format.ts';
import type { OriginRow } from '../../../../../shared/display/origin_rows.ts';
import { loadAfter } from '../../lib/load_after.ts';
import { Table } from '../../parts/table.tsx';

interface Props {
  rows: readonly OriginRow[];
  /** Ids of origins. */
  leaving: ReadonlySet<string>;
  /** The time in which traffic was counted; 0: it is not known. */
  traffic_s: number;
}

/** The load of origins that leave, at the origins that stay. */
export function Forecast({ rows, leaving, traffic_s }: Props) {
  return (
    <Table
      caption={`The load of the last ${short(traffic_s / 60)} minutes, moved to the others by weight`}
      columns={[
        { title: 'origin', cell: ({ id }) => id },
        { title: 'now', number: true, cell: ({ before }) => `${short(before)}/s` },
        { title: 'then', number: true, cell: ({ after }) => `${short(after)}/s` },
      ]}
      rows={loadAfter(rows, leaving, traffic_s)}
      keyOf={({ id }) => id}
      empty="No other origin of these pools can take the load. It goes to the next pool, if there is one."
    />
  );
}
