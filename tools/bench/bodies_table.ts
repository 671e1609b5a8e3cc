import Table from 'cli-table3';
import { BODY_TARGETS, type BodyBenchResult, type BodyTarget } from './bodies.ts';
import { ratioOf, spreadOf } from './rounds.ts';

/** Largest cost of a body in many pieces, as a multiple of a bare Worker that reads it. */
const DRIP_AIM = 2;
/** Largest cost of an event with an idle timeout, as a multiple of the cost without one. */
const WATCH_AIM = 1.5;

const TITLES: Record<BodyTarget, string> = {
  read_one: 'bare Worker reads 64 KiB in one chunk',
  read_drip: 'bare Worker reads 64 KiB in 1-byte chunks',
  kept_one: 'kept, one chunk',
  kept_drip: 'kept, 1-byte chunks',
  streamed_one: 'streamed, one chunk',
  streamed_drip: 'streamed, 1-byte chunks',
  unwatched: 'an event, idle_ms 0',
  watched: 'an event, idle_ms 300000',
};

/** The reported ratios: name, dividend, divisor, aim. */
const RATIOS: ReadonlyArray<readonly [string, BodyTarget, BodyTarget, number]> = [
  ['kept / bare, 1-byte chunks', 'kept_drip', 'read_drip', DRIP_AIM],
  ['streamed / bare, 1-byte chunks', 'streamed_drip', 'read_drip', DRIP_AIM],
  ['watched / unwatched, an event', 'watched', 'unwatched', WATCH_AIM],
];

/** Figures as `--json` prints them; `null` where CPU cannot be measured. */
export function bodyFigures({ rounds, pinned }: BodyBenchResult) {
  const targets = BODY_TARGETS.map((target) => ({
    target,
    cpu_us: spreadOf(rounds[target].map((round) => round?.cpu_us)) ?? null,
    requests: rounds[target].reduce((sum, round) => sum + (round?.requests ?? 0), 0),
    failed: rounds[target].reduce((sum, round) => sum + (round?.failed ?? 0), 0),
  }));
  const cpu_ratios = RATIOS.map(([name, a, b, aim]) => {
    const ratio = ratioOf(rounds[a], rounds[b]) ?? null;
    return { name, ratio, aim, met: ratio === null ? null : ratio.median <= aim };
  });
  return { targets, cpu_ratios, pinned };
}

/** The figures as text. */
export function bodyTable(result: BodyBenchResult): string {
  const { targets, cpu_ratios, pinned } = bodyFigures(result);
  const table = new Table({
    head: ['', 'CPU µs', 'middle half', 'requests', 'failed'],
    colAligns: ['left', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const { target, cpu_us: cpu, requests, failed } of targets)
    table.push([
      TITLES[target],
      cpu === null ? 'skipped: needs Linux /proc' : cpu.median.toFixed(0),
      cpu === null ? '' : `${cpu.low.toFixed(0)}–${cpu.high.toFixed(0)}`,
      requests,
      failed,
    ]);
  const lines = cpu_ratios.map(({ name, ratio, aim, met }) =>
    ratio === null
      ? `${name.padEnd(32)}skipped: needs Linux /proc`
      : `${name.padEnd(32)}${ratio.median.toFixed(2)} ×  (middle half ${ratio.low.toFixed(2)}–${ratio.high.toFixed(2)})  aim ${aim} ×: ${met ? 'met' : 'missed'}`,
  );
  if (!pinned)
    lines.push(
      'Processes were not pinned to processors, which needs `taskset` and two processors: expect noise.',
    );
  return `${table.toString()}\n${lines.join('\n')}`;
}
