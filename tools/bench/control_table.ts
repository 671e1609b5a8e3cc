import Table from 'cli-table3';
import {
  COUNTED_WORKERS,
  OPERATION_KINDS,
  type OperationKind,
  operationsOf,
  total,
} from './control/operations.ts';
import { LIMIT_MS, type Measured } from './control/scenario.ts';
import type { ControlOptions, ControlResult } from './control.ts';

/** Longest time from a verdict or a publication until the last isolate follows, in seconds. */
export const AIM_S = 10;

/** Figures as `--json` prints them. `per_minute` has the operations by Worker. */
export function controlFigures({ options, before, after }: ControlResult) {
  return { options, before: before === undefined ? null : figuresOf(before), after: figuresOf(after) };
}

function figuresOf(measured: Measured) {
  const { seconds, requests, operations } = measured.quiet;
  const per_minute = (count: number) => (count * 60) / seconds;
  return {
    ...measured,
    requests_per_minute: per_minute(requests),
    per_minute: operationsOf((worker, kind) => per_minute(operations[worker][kind])),
  };
}

type Figures = ReturnType<typeof figuresOf>;

const OPERATION_TITLES: Record<OperationKind, string> = {
  kv_reads: 'KV reads per minute',
  kv_writes: 'KV writes per minute',
  object_requests: 'object requests per minute',
  alarms: 'alarms per minute',
  data_points: 'data points per minute',
  cache_operations: 'cache operations per minute',
};

const ROWS: ReadonlyArray<readonly [title: string, figure: (figures: Figures) => number | null]> = [
  ['requests per minute', (figures) => Math.round(figures.requests_per_minute)],
  ...OPERATION_KINDS.map(
    (kind) =>
      [OPERATION_TITLES[kind], (figures: Figures) => Math.round(total(figures.per_minute, kind))] as const,
  ),
  [
    'seconds from a verdict to the last request at that origin',
    (figures) => figures.verdict_to_last_request_s,
  ],
  ["seconds from an origin's death to its verdict", (figures) => figures.death_to_verdict_s],
  ["seconds from an origin's death to its last request", (figures) => figures.death_to_last_request_s],
  ['requests sent to the dead origin', (figures) => figures.requests_to_dead_origin],
  ['seconds from a publish to the last old decision', (figures) => figures.publish_to_last_old_s],
  ['client errors in the whole run', (figures) => figures.client_errors],
];

/** The figures as text. */
export function controlTable(result: ControlResult): string {
  const { options, before, after } = controlFigures(result);
  const columns = [...(before === null ? [] : [before]), after];
  const table = new Table({
    head: ['', ...(before === null ? [] : [`before (${options.rev})`]), 'now'],
    colAligns: ['left', ...columns.map(() => 'right' as const)],
    style: { head: [], border: [], compact: true },
  });
  for (const [title, figure] of ROWS) table.push([title, ...columns.map((figures) => text(figure(figures)))]);
  return [table.toString(), byWorker(after), conclusion(options, after)].join('\n');
}

/** A line for each Worker, with its operations per minute. */
function byWorker({ per_minute }: Figures): string {
  const lines = COUNTED_WORKERS.map((worker) => {
    const counts = OPERATION_KINDS.filter((kind) => per_minute[worker][kind] > 0).map(
      (kind) => `${kind.replaceAll('_', ' ')} ${Math.round(per_minute[worker][kind])}`,
    );
    return `${worker}: ${counts.length === 0 ? 'none' : counts.join(', ')}`;
  });
  return ['Now, per minute and Worker:', ...lines].join('\n');
}

function conclusion({ gateways, centres }: ControlOptions, figures: Figures): string {
  const met = [figures.verdict_to_last_request_s, figures.publish_to_last_old_s].every(
    (seconds) => seconds !== null && seconds <= AIM_S,
  );
  return (
    `${gateways} gateways in ${centres} data centres. Aim: at most ${AIM_S} s from a verdict or a publish until the last isolate ` +
    `follows, and no client error: ${met && figures.client_errors === 0 ? 'met' : 'missed'}.`
  );
}

function text(figure: number | null): string {
  if (figure === null) return `not in ${LIMIT_MS / 1_000}`;
  return Number.isInteger(figure) ? String(figure) : figure.toFixed(1);
}
