import { spawnSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { CliError } from '../project/cli_error.ts';
import { inRoot } from '../project/root.ts';
import { textTable } from '../project/text_table.ts';
import { quantile } from './rounds.ts';

/** What is run, and how often. */
export interface LbOptions {
  runs: number;
  /** The origin whose weight and state change: `pool/origin`. Afterwards it is ready, with weight 1. */
  origin: string;
}

/** The times of one command. */
export interface LbFigures {
  command: string;
  median_ms: number;
  p95_ms: number;
}

/**
 * Runs commands of `lb` against the console of `npm start`, in turn, so that other work on the machine affects all of them. Each of
 * its own runs makes a change that is none of the run before.
 * @throws CliError if a command fails
 */
export function benchLb({ runs, origin }: LbOptions): LbFigures[] {
  const times = new Map<string, number[]>();
  for (let run = -1; run < runs; run++)
    for (const [name, args] of commandsOf(origin, run % 2 === 0 ? '0.5' : '1')) {
      const took_ms = timeOf(args);
      // The first run fills the compile cache.
      if (run >= 0) times.set(name, [...(times.get(name) ?? []), took_ms]);
    }
  timeOf([LB, 'weight', origin, '1', '--local']);
  return [...times].map(([command, all]) => {
    const sorted = all.toSorted((a, b) => a - b);
    return { command, median_ms: quantile(sorted, 0.5), p95_ms: quantile(sorted, 0.95) };
  });
}

/** A table of the times, with the load of the machine, without which they say little. */
export function lbTable(figures: readonly LbFigures[]): string {
  const rows = figures.map(({ command, median_ms, p95_ms }) => [
    command,
    median_ms.toFixed(0),
    p95_ms.toFixed(0),
  ]);
  const load = loadavg().map((value) => value.toFixed(1));
  return `${textTable(['command', 'median ms', 'p95 ms'], rows)}\n\nload average ${load.join(', ')}`;
}

const LB = inRoot('tools', 'cli', 'bin.js');

function commandsOf(origin: string, weight: string): Array<[string, string[]]> {
  const lb = (...args: string[]): [string, string[]] => [
    `lb ${args.filter((arg) => arg !== '--force').join(' ')}`.replace(/ [\d.]+$/, ' WEIGHT'),
    [LB, ...args, '--local'],
  ];
  return [
    ['node -e 0', ['-e', '0']],
    lb('weight', origin, weight),
    lb('drain', origin, '--force'),
    lb('ready', origin),
    lb('config', 'history'),
    lb('token', 'list'),
  ];
}

function timeOf(args: readonly string[]): number {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const took_ms = performance.now() - began;
  if (status !== 0) throw new CliError(`${args.slice(1).join(' ')} failed: ${stderr.trim()}`);
  return took_ms;
}
