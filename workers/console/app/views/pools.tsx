import { useState } from 'preact/hooks';
import type { OperatorChange, Written } from '../../../../shared/contracts/history.ts';
import type { OriginStatus, Status } from '../../../../shared/contracts/status.ts';
import { ago, ms, percent, short, whole } from '../../../../shared/display/format.ts';
import { type OriginRow, originRows } from '../../../../shared/display/origin_rows.ts';
import { ask } from '../data/api.ts';
import { loadAfter } from '../lib/load_after.ts';
import { StateMark } from '../parts/state_mark.tsx';
import { Table } from '../parts/table.tsx';

type State = 'ready' | 'drain' | 'maintenance';

/** Pools and their origins, and what operators switch: several origins at once, after a look at what would happen. */
export function Pools({
  status,
  refresh,
  may_operate,
}: {
  status: Status;
  refresh(): void;
  may_operate: boolean;
}) {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [wanted, setWanted] = useState<State>();
  const [done, setDone] = useState<{ text: string; undo: readonly OperatorChange[] }>();
  const [problem, setProblem] = useState<string>();
  const rows = originRows(status);
  const now_ms = Date.parse(status.generated_at);
  const traffic_s = status.signals?.traffic_s ?? 0;
  const tick = (id: string, on: boolean) =>
    setTicked((before) => new Set(on ? [...before, id] : [...before].filter((one) => one !== id)));
  const send = async (changes: readonly OperatorChange[], text: string, undo: readonly OperatorChange[]) => {
    setProblem(undefined);
    setWanted(undefined);
    try {
      const { version } = await ask<Written>('/api/states', { changes, way: 'console' });
      setDone({ text: `${text}: version ${version.version}. Gateways follow within ten seconds.`, undo });
      setTicked(new Set());
      refresh();
    } catch (error) {
      setDone(undefined);
      setProblem((error as Error).message);
    }
  };
  const confirm = (state: State) => {
    const chosen = rows.filter(({ origin }) => ticked.has(origin.id));
    const changes = chosen.map(({ origin }) => ({ target: origin.id, state }));
    const undo = chosen.map(({ origin }) => ({ target: origin.id, state: origin.standing as State }));
    return send(changes, `${chosen.map(({ origin }) => origin.id).join(', ')} in ${state}`, undo);
  };
  return (
    <>
      {may_operate && (
        <div class="bar" role="toolbar" aria-label="Change the ticked origins">
          {(['drain', 'maintenance', 'ready'] as const).map((state) => (
            <button key={state} type="button" disabled={ticked.size === 0} onClick={() => setWanted(state)}>
              {state === 'ready' ? 'Ready' : state === 'drain' ? 'Drain' : 'Maintenance'}
            </button>
          ))}
          <span class="soft">
            {ticked.size === 0 ? 'Tick origins to change them.' : `${ticked.size} ticked`}
          </span>
        </div>
      )}
      {wanted !== undefined && (
        <section class="notice" aria-label="What would happen">
          <h2>
            {ticked.size} to {wanted}: what would happen
          </h2>
          {wanted !== 'ready' && (
            <Table
              caption="The last minutes of load, moved to the others by weight"
              columns={[
                { title: 'origin', cell: ({ id }) => id },
                { title: 'now', number: true, cell: ({ before }) => `${short(before)}/s` },
                { title: 'then', number: true, cell: ({ after }) => `${short(after)}/s` },
              ]}
              rows={loadAfter(rows, ticked, traffic_s)}
              keyOf={({ id }) => id}
              empty="No other origin of these pools can take the load."
            />
          )}
          <div class="bar">
            <button type="button" class="main" onClick={() => void confirm(wanted)}>
              Confirm
            </button>
            <button type="button" onClick={() => setWanted(undefined)}>
              Cancel
            </button>
          </div>
        </section>
      )}
      <div role="status">
        {done !== undefined && (
          <p class="notice good">
            {done.text}{' '}
            <button
              type="button"
              onClick={() => void send(done.undo, 'Undone', [])}
              hidden={done.undo.length === 0}
            >
              Undo
            </button>
          </p>
        )}
        {problem !== undefined && <p class="notice bad">{problem}</p>}
      </div>
      <Table
        caption={`Origins, the worst first. Traffic of the last ${Math.round(traffic_s / 60)} minutes`}
        columns={[
          ...(may_operate
            ? [
                {
                  title: 'tick',
                  cell: ({ origin: { id } }: OriginRow) => (
                    <input
                      type="checkbox"
                      aria-label={`Tick ${id}`}
                      checked={ticked.has(id)}
                      onChange={(event) => tick(id, event.currentTarget.checked)}
                    />
                  ),
                },
              ]
            : []),
          { title: 'origin', cell: ({ origin }) => <b>{origin.id}</b> },
          {
            title: 'state',
            cell: ({ origin }) => <StateMark state={origin.enabled ? origin.state : 'disabled'} />,
          },
          { title: 'set to', cell: ({ origin }) => <StateMark state={origin.standing} /> },
          { title: 'why', cell: ({ origin }) => whyOf(origin) },
          { title: 'for', cell: ({ origin }) => ago(origin.since, now_ms) },
          { title: 'weight', number: true, cell: ({ origin }) => short(origin.weight) },
          {
            title: 'requests',
            number: true,
            cell: ({ origin }) => (origin.traffic === null ? '–' : whole(origin.traffic.requests)),
          },
          {
            title: 'failed',
            number: true,
            cell: ({ origin }) =>
              origin.traffic === null ? '–' : percent(origin.traffic.errors, origin.traffic.requests),
          },
          { title: 'p95', number: true, cell: ({ origin }) => ms(origin.traffic?.p95_ms) },
          { title: 'check', number: true, cell: ({ origin }) => checkText(origin) },
          {
            title: 'regions',
            cell: ({ origin }) =>
              Object.entries(origin.regions)
                .map(([region, state]) => `${region} ${state}`)
                .join(', '),
          },
          { title: 'address', cell: ({ origin }) => origin.address },
        ]}
        rows={rows}
        keyOf={({ origin }) => origin.id}
        empty="The configuration has no origin."
      />
    </>
  );
}

function whyOf({ reason, flapping, ejection }: OriginStatus): string {
  return [
    reason,
    flapping ? 'falls too often' : null,
    ejection === null ? null : `ejected by ${ejection.isolates} isolates: ${ejection.reason}`,
  ]
    .filter(Boolean)
    .join('; ');
}

function checkText({ rtt_ms }: OriginStatus): string {
  const times = Object.values(rtt_ms);
  return times.length === 0 ? '–' : ms(times.reduce((sum, time) => sum + time, 0) / times.length);
}
