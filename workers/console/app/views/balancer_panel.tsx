import { useMemo } from 'preact/hooks';
import type { ExplainedOrigin } from '../../../../shared/contracts/explain.ts';
import type { VersionInfo } from '../../../../shared/contracts/history.ts';
import type { BalancerStatus } from '../../../../shared/contracts/status.ts';
import { clock, ms, percent, short, whole } from '../../../../shared/display/format.ts';
import { rowsOf } from '../data/api.ts';
import { usePoll } from '../data/use_poll.ts';
import { errorBurst } from '../lib/error_burst.ts';
import { type Deployment, type Mark, marksOf, type Transition } from '../lib/marks.ts';
import {
  byVersion,
  dataCentres,
  decisions,
  deployments,
  sharesOverTime,
  transitions,
} from '../lib/queries.ts';
import { type Range, stepsOf } from '../lib/range.ts';
import { expectedShares } from '../lib/shares.ts';
import { failuresOf, type Point, stackOf } from '../lib/stack.ts';
import { ShareChart } from '../parts/share_chart.tsx';
import { Table } from '../parts/table.tsx';
import { BurstNotice } from './burst_notice.tsx';

interface Details {
  points: Point[];
  decisions: { decision: string; strategy: string; requests: number }[];
  colos: { colo: string; requests: number; failed: number; p95_ms: number | null }[];
  versions: { config_version: number; since: number; requests: number; failed: number }[];
  transitions: Transition[];
  deployments: Deployment[];
}

const POLL_MS = 5_000;
const MARKS_LISTED = 20;

interface Props {
  balancer: BalancerStatus;
  range: Range;
  /** The console's time, in seconds since the epoch. The browser's clock can be wrong, and the chart would then lack its newest steps. */
  now_s: number;
  versions: readonly VersionInfo[];
  /** Undefined: it is not known. */
  standing: ReadonlyMap<string, ExplainedOrigin> | undefined;
}

/** The traffic of one load balancer: its share by origin over time with the changes in it, and where it comes from. */
export function BalancerPanel({ balancer: { id }, range, now_s, versions, standing }: Props) {
  const { value, error } = usePoll(`${id} ${range.name}`, () => load(id, range), POLL_MS);
  const steps = useMemo(() => (value === undefined ? [] : stepsOf(range, now_s)), [value, range]);
  const stack = useMemo(() => stackOf(value?.points ?? [], steps), [value, steps]);
  const marks = useMemo(
    () => marksOf(versions, value?.transitions ?? [], value?.deployments ?? [], steps[0] ?? 0),
    [versions, value, steps],
  );
  const burst = useMemo(
    () => errorBurst(failuresOf(value?.points ?? [], steps), marks, range.step_s),
    [value, steps, marks, range],
  );
  if (error !== undefined)
    return (
      <p class="notice">
        The traffic of {id} is not known: {error}
      </p>
    );
  if (value === undefined) return <p class="soft">Loading the traffic of {id} …</p>;
  const requests = new Map(stack.series.map((name, index) => [name, sumOf(stack.values[index])]));
  const total = sumOf([...requests.values()]);
  const expected = expectedShares(requests, standing ?? new Map());
  return (
    <section aria-label={`Traffic of ${id}`}>
      <h2>{id}</h2>
      <BurstNotice burst={burst} with_day={range.span_s > 86_400} />
      <ShareChart caption="Requests a second by origin" {...{ range, steps, stack, marks }} />
      <Table
        caption="Share by origin"
        columns={[
          { title: 'origin', cell: (name: string) => name },
          { title: 'requests', number: true, cell: (name) => whole(requests.get(name) ?? 0) },
          { title: 'share', number: true, cell: (name) => percent(requests.get(name) ?? 0, total) },
          {
            title: 'by weight in effect',
            number: true,
            cell: (name) => {
              const share = expected.get(name);
              return share === undefined ? '–' : `${short(100 * share)} %`;
            },
          },
        ]}
        rows={stack.series}
        keyOf={(name) => name}
        empty="No requests."
      />
      <Table
        caption="Changes in this time"
        columns={[
          { title: 'time (UTC)', cell: ({ at }: Mark) => clock(at, true) },
          { title: 'change', cell: ({ text }) => text },
        ]}
        rows={marks.slice(0, MARKS_LISTED)}
        keyOf={({ at, text }) => `${at} ${text}`}
        empty="No new version of the configuration, no deployment, and no origin changed its state."
      />
      <Table
        caption="By version of the configuration"
        columns={[
          { title: 'version', cell: ({ config_version }) => config_version },
          { title: 'first request (UTC)', cell: ({ since }) => clock(since, true) },
          { title: 'requests', number: true, cell: (one) => whole(one.requests) },
          { title: 'failed', number: true, cell: (one) => percent(one.failed, one.requests) },
        ]}
        rows={value.versions}
        keyOf={({ config_version }) => String(config_version)}
        empty="No requests."
      />
      <Table
        caption="Decisions"
        columns={[
          { title: 'decision', cell: ({ decision }) => decision },
          { title: 'strategy', cell: ({ strategy }) => strategy },
          { title: 'requests', number: true, cell: (one) => whole(one.requests) },
        ]}
        rows={value.decisions}
        keyOf={({ decision, strategy }) => `${decision} ${strategy}`}
        empty="No requests."
      />
      <Table
        caption="Data centres"
        columns={[
          { title: 'data centre', cell: ({ colo }) => colo || 'unknown' },
          { title: 'requests', number: true, cell: (one) => whole(one.requests) },
          { title: 'failed', number: true, cell: (one) => percent(one.failed, one.requests) },
          { title: 'p95', number: true, cell: ({ p95_ms }) => ms(p95_ms) },
        ]}
        rows={value.colos}
        keyOf={({ colo }) => colo}
        empty="No requests."
      />
    </section>
  );
}

async function load(balancer: string, range: Range): Promise<Details> {
  const [points, decided, colos, versions, changed, deployed] = await Promise.all([
    rowsOf<Point>(sharesOverTime(balancer, range)),
    rowsOf<Details['decisions'][number]>(decisions(balancer, range)),
    rowsOf<Details['colos'][number]>(dataCentres(balancer, range)),
    rowsOf<Details['versions'][number]>(byVersion(balancer, range)),
    rowsOf<Transition>(transitions(range)),
    rowsOf<Deployment>(deployments(range)),
  ]);
  return { points, decisions: decided, colos, versions, transitions: changed, deployments: deployed };
}

function sumOf(values: readonly number[] = []): number {
  return values.reduce((sum, value) => sum + value, 0);
}
