import { useState } from 'preact/hooks';
import type { PreviewResult } from '../../../../../shared/contracts/preview.ts';
import type { Status } from '../../../../../shared/contracts/status.ts';
import { originRows } from '../../../../../shared/display/origin_rows.ts';
import { ask, rowsOf } from '../../data/api.ts';
import { useChange } from '../../data/use_change.ts';
import { usePoll } from '../../data/use_poll.ts';
import { useStanding } from '../../data/use_standing.ts';
import { type Action, actionText, changesOf, originsOf, takesAway } from '../../lib/action.ts';
import { checksByOrigin, type LastCheck } from '../../lib/last_checks.ts';
import { IN_FLIGHT, LAST_CHECKS } from '../../lib/queries.ts';
import { Asking } from '../../parts/asking.tsx';
import { ChangeNotice } from '../../parts/change_notice.tsx';
import { Forecast } from './forecast.tsx';
import { OriginTable } from './origin_table.tsx';
import { PoolTable } from './pool_table.tsx';
import { type Probed, ProbeResults } from './probe_results.tsx';
import { Toolbar } from './toolbar.tsx';

const POLL_MS = 5_000;

interface Props {
  status: Status;
  refresh(): void;
  may_operate: boolean;
}

/** Pools and their origins, and what operators switch: several at once, after a look at what would happen. */
export function Pools({ status, refresh, may_operate }: Props) {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [wanted, setWanted] = useState<Action>();
  const [probed, setProbed] = useState<readonly Probed[]>();
  const change = useChange(refresh);
  const rows = originRows(status);
  const standing = useStanding(status.balancers);
  const checks = usePoll('checks', async () => checksByOrigin(await rowsOf<LastCheck>(LAST_CHECKS)), POLL_MS);
  const inflight = usePoll(
    'in flight',
    async () => {
      const found = await rowsOf<{ origin: string; inflight: number }>(IN_FLIGHT);
      return new Map(found.map((one) => [one.origin, one.inflight]));
    },
    POLL_MS,
  );
  const ids = originsOf(rows, ticked);
  const ticks = {
    ids: ticked,
    set: (id: string, on: boolean) =>
      setTicked((before) => new Set(on ? [...before, id] : [...before].filter((one) => one !== id))),
  };
  const confirm = async (action: Action) => {
    setWanted(undefined);
    const { changes, undo } = changesOf(action, rows, ticked);
    const named = changes.map(({ target }) => target).join(', ');
    if (await change.send(changes, `${named}: ${actionText(action)}`, undo)) setTicked(new Set());
  };
  return (
    <>
      {may_operate && (
        <Toolbar
          count={ticked.size}
          origins={rows.filter(({ origin }) => ticked.has(origin.id)).length}
          onAction={setWanted}
          onProbe={() => void probeAll([...ids]).then(setProbed)}
        />
      )}
      {wanted !== undefined && (
        <Asking label="What would happen">
          <h2>
            {changesOf(wanted, rows, ticked)
              .changes.map(({ target }) => target)
              .join(', ')}
            : {actionText(wanted)}
          </h2>
          {takesAway(wanted) && (
            <Forecast rows={rows} leaving={ids} traffic_s={status.signals?.traffic_s ?? 0} />
          )}
          <div class="bar">
            <button type="button" class="main" onClick={() => void confirm(wanted)}>
              Confirm
            </button>
            <button type="button" onClick={() => setWanted(undefined)}>
              Cancel
            </button>
          </div>
        </Asking>
      )}
      <ChangeNotice change={change} />
      {probed !== undefined && <ProbeResults probed={probed} />}
      <OriginTable
        {...{ status, rows }}
        ticks={may_operate ? ticks : undefined}
        standing={standing.value}
        checks={checks.value}
        inflight={inflight.value}
      />
      <PoolTable status={status} ticks={may_operate ? ticks : undefined} />
    </>
  );
}

async function probeAll(origins: readonly string[]): Promise<Probed[]> {
  const found = await Promise.all(
    origins.map((origin) =>
      ask<{ results: PreviewResult[] }>('/api/probe', { origin }).then(
        ({ results }) => results.map((result): Probed => ({ origin, result })),
        (error: Error): Probed[] => [{ origin, problem: error.message }],
      ),
    ),
  );
  return found.flat();
}
