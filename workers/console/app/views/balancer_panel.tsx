import { useMemo } from 'preact/hooks';
import type { VersionInfo } from '../../../../shared/contracts/history.ts';
import type { BalancerStatus } from '../../../../shared/contracts/status.ts';
import { clock, ms, percent, short, whole } from '../../../../shared/display/format.ts';
import { rowsOf } from '../data/api.ts';
import { usePoll } from '../data/use_poll.ts';
import { dataCentres, decisions, sharesOverTime, transitions } from '../lib/queries.ts';
import { type Range, stepsOf } from '../lib/range.ts';
import { expectedShares } from '../lib/shares.ts';
import { type Point, stackOf } from '../lib/stack.ts';
import { type Mark, ShareChart } from '../parts/share_chart.tsx';
import { Table } from '../parts/table.tsx';

interface Transition {
  at: number;
  origin: string;
  previous_state: string;
  state: string;
  reason: string;
}

interface Details {
  points: (Point & { failed: number })[];
  decisions: { decision: string; strategy: string; requests: number }[];
  colos: { colo: string; requests: number; failed: number; p95_ms: number | null }[];
  transitions: Transition[];
}

const POLL_MS = 5_000;
const MARKS_LISTED = 20;

interface Props {
  balancer: BalancerStatus;
  range: Range;
  versions: readonly VersionInfo[];
}

/** The traffic of one load balancer: its share by origin over time with the changes in it, and where it comes from. */
export function BalancerPanel({ balancer, range, versions }: Props) {
  const { id } = balancer;
  const { value, error } = usePoll(`${id} ${range.name}`, () => load(id, range), POLL_MS);
  const steps = useMemo(
    () => (value === undefined ? [] : stepsOf(range, Date.now() / 1_000)),
    [value, range],
  );
  const stack = useMemo(() => stackOf(value?.points ?? [], steps), [value, steps]);
  const marks = useMemo(
    () => marksOf(versions, value?.transitions ?? [], steps[0] ?? 0),
    [versions, value, steps],
  );
  if (error !== undefined)
    return (
      <p class="notice">
        The traffic of {id} is not known: {error}
      </p>
    );
  if (value === undefined) return <p class="soft">Loading the traffic of {id} …</p>;
  const total = value.points.reduce((sum, { requests }) => sum + requests, 0);
  const expected = expectedShares(balancer);
  return (
    <section aria-label={`Traffic of ${id}`}>
      <h2>{id}</h2>
      <ShareChart caption="Requests a second by origin" {...{ range, steps, stack, marks }} />
      <Table
        caption="Share by origin"
        columns={[
          { title: 'origin', cell: (index: number) => stack.series[index] },
          { title: 'requests', number: true, cell: (index) => whole(sumOf(stack.values[index])) },
          { title: 'share', number: true, cell: (index) => percent(sumOf(stack.values[index]), total) },
          {
            title: 'by weight',
            number: true,
            cell: (index) => {
              const share = expected.get(stack.series[index] ?? '');
              return share === undefined ? '–' : `${short(100 * share)} %`;
            },
          },
        ]}
        rows={stack.series.map((_, index) => index)}
        keyOf={(index) => stack.series[index] ?? ''}
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
        empty="No new version of the configuration, and no origin changed its state."
      />
      <Table
        caption="Decisions"
        columns={[
          { title: 'decision', cell: ({ decision }) => decision },
          { title: 'strategy', cell: ({ strategy }) => strategy },
          { title: 'requests', number: true, cell: ({ requests }) => whole(requests) },
        ]}
        rows={value.decisions}
        keyOf={({ decision, strategy }) => `${decision} ${strategy}`}
        empty="No requests."
      />
      <Table
        caption="Data centres"
        columns={[
          { title: 'data centre', cell: ({ colo }) => colo || 'unknown' },
          { title: 'requests', number: true, cell: ({ requests }) => whole(requests) },
          { title: 'failed', number: true, cell: ({ failed, requests }) => percent(failed, requests) },
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
  const [points, decided, colos, changed] = await Promise.all([
    rowsOf<Details['points'][number]>(sharesOverTime(balancer, range)),
    rowsOf<Details['decisions'][number]>(decisions(balancer, range)),
    rowsOf<Details['colos'][number]>(dataCentres(balancer, range)),
    rowsOf<Transition>(transitions(range)),
  ]);
  return { points, decisions: decided, colos, transitions: changed };
}

function marksOf(versions: readonly VersionInfo[], changed: readonly Transition[], from_s: number): Mark[] {
  const marks = [
    ...versions.map(({ version, at, way, author, comment }) => ({
      at: Date.parse(at) / 1_000,
      text: `version ${version}: ${way} by ${author}${comment === '' ? '' : `, ${comment}`}`,
    })),
    ...changed.map(({ at, origin, previous_state, state, reason }) => ({
      at,
      text: `${origin}: ${previous_state} to ${state}${reason === '' ? '' : ` (${reason})`}`,
    })),
  ];
  return marks.filter(({ at }) => at >= from_s).sort((a, b) => b.at - a.at);
}

function sumOf(values: readonly number[] = []): number {
  return values.reduce((sum, value) => sum + value, 0);
}
