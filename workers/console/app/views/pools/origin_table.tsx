import type { ExplainedOrigin } from '../../../../../shared/contracts/explain.ts';
import type { OriginStatus, Status } from '../../../../../shared/contracts/status.ts';
import { ago, ms, percent, short } from '../../../../../shared/display/format.ts';
import type { OriginRow } from '../../../../../shared/display/origin_rows.ts';
import type { LastCheck } from '../../lib/last_checks.ts';
import { StateMark } from '../../parts/state_mark.tsx';
import { Table } from '../../parts/table.tsx';
import { CheckCell } from './check_cell.tsx';
import { TickBox, type Ticks } from './tick_box.tsx';

interface Props {
  status: Status;
  rows: readonly OriginRow[];
  ticks: Ticks | undefined;
  /** Undefined: it is not known. */
  standing: ReadonlyMap<string, ExplainedOrigin> | undefined;
  checks: ReadonlyMap<string, readonly LastCheck[]> | undefined;
  inflight: ReadonlyMap<string, number> | undefined;
}

/** Every origin once, the worst first: what its checks say, what its requests say, and what it is set to. */
export function OriginTable({ status, rows, ticks, standing, checks, inflight }: Props) {
  const now_ms = Date.parse(status.generated_at);
  const traffic_s = status.signals?.traffic_s ?? 0;
  return (
    <Table
      caption={`Origins, the worst first. Traffic of the last ${Math.round(traffic_s / 60)} minutes`}
      columns={[
        ...(ticks === undefined
          ? []
          : [{ title: 'tick', cell: ({ origin }: OriginRow) => <TickBox id={origin.id} ticks={ticks} /> }]),
        { title: 'origin', cell: ({ origin }) => <b>{origin.id}</b> },
        {
          title: 'state',
          cell: ({ origin }) => <StateMark state={origin.enabled ? origin.state : 'disabled'} />,
        },
        { title: 'for', cell: ({ origin }) => ago(origin.since, now_ms) },
        { title: 'why', cell: whyOf },
        { title: 'set to', cell: ({ origin }) => <StateMark state={origin.standing} /> },
        { title: 'ejected', cell: ({ origin }) => ejectionOf(origin) },
        {
          title: 'weight',
          number: true,
          cell: ({ origin }) => `${short(origin.weight)}${effectText(standing?.get(origin.id))}`,
        },
        {
          title: 'requests/s',
          number: true,
          cell: ({ origin: { traffic } }) => (traffic === null ? '–' : short(traffic.requests / traffic_s)),
        },
        {
          title: 'failed',
          number: true,
          cell: ({ origin: { traffic } }) =>
            traffic === null ? '–' : percent(traffic.errors, traffic.requests),
        },
        { title: 'p95', number: true, cell: ({ origin }) => ms(origin.traffic?.p95_ms) },
        {
          title: 'in flight',
          number: true,
          cell: ({ origin }) => (inflight === undefined ? '–' : (inflight.get(origin.id) ?? 0)),
        },
        {
          title: 'last check',
          cell: ({ origin }) => (
            <CheckCell last={checks?.get(origin.id)} checks={origin.checks} now_s={now_ms / 1_000} />
          ),
        },
        { title: 'regions', cell: ({ origin }) => regionsOf(origin) },
        { title: 'address', cell: ({ origin }) => origin.address },
      ]}
      rows={rows}
      keyOf={({ origin }) => origin.id}
      empty="The configuration has no origin."
    />
  );
}

function whyOf({ origin: { reason, flapping } }: OriginRow): string {
  return [reason, flapping ? 'falls too often' : null].filter(Boolean).join('; ');
}

function ejectionOf({ ejection }: OriginStatus): string {
  return ejection === null ? '' : `by ${ejection.isolates} isolates: ${ejection.reason}`;
}

/** The weight that the selector uses now, if it is another one. */
function effectText(standing: ExplainedOrigin | undefined): string {
  const { weight, effective_weight } = standing ?? {};
  return effective_weight === undefined || effective_weight === weight
    ? ''
    : `, ${short(effective_weight)} in effect`;
}

function regionsOf({ regions }: OriginStatus): string {
  return Object.entries(regions)
    .map(([region, state]) => `${region} ${state}`)
    .join(', ');
}
