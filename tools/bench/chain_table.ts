import Table from 'cli-table3';
import { CHAIN_TARGETS, type ChainResult, type ChainTarget } from './chain.ts';
import { ratioOf, type Spread, spreadOf } from './rounds.ts';

/** Largest cost of Plimsoll, as a multiple of an empty gateway with an empty proxy. */
export const AIM = 1.4;

const TITLES: Record<ChainTarget, string> = {
  bare: 'one bare forwarding Worker',
  floor: 'empty gateway, empty proxy (the floor)',
  plimsoll: 'Plimsoll, round_robin, metrics off',
};

/** The reported ratios: name, dividend, divisor. */
const RATIOS: ReadonlyArray<readonly [string, ChainTarget, ChainTarget]> = [
  ['Plimsoll / floor', 'plimsoll', 'floor'],
  ['Plimsoll / bare', 'plimsoll', 'bare'],
  ['floor / bare', 'floor', 'bare'],
];

/** Figures as `--json` prints them; `null` where CPU cannot be measured. */
export function chainFigures({ rounds, pinned }: ChainResult) {
  const targets = CHAIN_TARGETS.map((target) => ({
    target,
    cpu_us_per_request: spreadOf(rounds[target].map((round) => round?.cpu_us)) ?? null,
    requests_per_s: spreadOf(rounds[target].map((round) => round?.requests_per_s)) ?? null,
    requests: rounds[target].reduce((sum, round) => sum + (round?.requests ?? 0), 0),
    failed: rounds[target].reduce((sum, round) => sum + (round?.failed ?? 0), 0),
    rounds: rounds[target].filter((round) => round !== undefined).length,
  }));
  const cpu_ratios = RATIOS.map(([name, a, b]) => ({ name, ratio: ratioOf(rounds[a], rounds[b]) ?? null }));
  return { targets, cpu_ratios, aim: AIM, pinned };
}

/** The figures as text. */
export function chainTable(result: ChainResult): string {
  const { targets, cpu_ratios, pinned } = chainFigures(result);
  const table = new Table({
    head: ['', 'CPU µs/request', 'middle half', 'requests/s', 'requests', 'failed', 'rounds'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const { target, cpu_us_per_request: cpu, requests_per_s, requests, failed, rounds } of targets)
    table.push([
      TITLES[target],
      cpu === null ? 'skipped: needs Linux /proc' : cpu.median.toFixed(0),
      cpu === null ? '' : `${cpu.low.toFixed(0)}–${cpu.high.toFixed(0)}`,
      requests_per_s?.median.toFixed(0) ?? 'no answers',
      requests,
      failed,
      rounds,
    ]);
  const lines = cpu_ratios.map(({ name, ratio }) => `${name.padEnd(18)}${ratioText(ratio)}`);
  const floor = cpu_ratios[0]?.ratio;
  if (floor) lines.push(`Aim: ${AIM} × the floor or better. ${floor.median <= AIM ? 'Met.' : 'Missed.'}`);
  if (!pinned)
    lines.push(
      'Processes were not pinned to processors, which needs `taskset` and two processors: expect noise.',
    );
  return `${table.toString()}\n${lines.join('\n')}`;
}

function ratioText(ratio: Spread | null): string {
  if (ratio === null) return 'skipped: needs Linux /proc';
  return `${ratio.median.toFixed(2)} ×  (middle half ${ratio.low.toFixed(2)}–${ratio.high.toFixed(2)})`;
}
