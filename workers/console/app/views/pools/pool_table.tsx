import type { PoolStatus, Status } from '../../../../../shared/contracts/status.ts';
import { StateMark } from '../../parts/state_mark.tsx';
import { Table } from '../../parts/table.tsx';
import { TickBox, type Ticks } from './tick_box.tsx';

interface PoolRow {
  pool: PoolStatus;
  used_by: string[];
}

/** Every pool once, with the load balancers that use it. */
export function PoolTable({ status, ticks }: { status: Status; ticks: Ticks | undefined }) {
  return (
    <Table
      caption="Pools"
      columns={[
        ...(ticks === undefined
          ? []
          : [{ title: 'tick', cell: ({ pool }: PoolRow) => <TickBox id={pool.id} ticks={ticks} /> }]),
        { title: 'pool', cell: ({ pool }) => <b>{pool.id}</b> },
        {
          title: 'state',
          cell: ({ pool }) => <StateMark state={pool.enabled ? pool.state : 'disabled'} />,
        },
        { title: 'set to', cell: ({ pool }) => <StateMark state={pool.operator_state} /> },
        {
          title: 'origins up',
          number: true,
          cell: ({ pool: { origins } }) =>
            `${origins.filter(({ state }) => state === 'up').length} of ${origins.length}`,
        },
        { title: 'minimum', number: true, cell: ({ pool }) => pool.minimum_origins },
        { title: 'strategy', cell: ({ pool }) => pool.origin_policy },
        { title: 'monitor', cell: ({ pool }) => pool.monitor ?? 'none' },
        { title: 'used by', cell: ({ used_by }) => used_by.join(', ') },
      ]}
      rows={poolRows(status)}
      keyOf={({ pool }) => pool.id}
      empty="The configuration has no pool."
    />
  );
}

function poolRows({ balancers }: Status): PoolRow[] {
  const rows = new Map<string, PoolRow>();
  for (const { id, pools } of balancers)
    for (const pool of pools) {
      const used_by = [...(rows.get(pool.id)?.used_by ?? []), pool.fallback ? `${id} (fallback)` : id];
      rows.set(pool.id, { pool, used_by });
    }
  return [...rows.values()];
}
