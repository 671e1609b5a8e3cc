import { relative } from 'node:path';
import Table from 'cli-table3';
import type { Knock } from './ready.ts';

/** One running process, as the table shows it. */
export interface TableRow {
  name: string;
  what: string;
  port: number;
  /** Undefined: it is not running. */
  pid: number | undefined;
  /** Absolute path. */
  log: string;
}

/** What runs where, as lines of text. @param cwd log files are named relative to it */
export function processTable(rows: readonly TableRow[], cwd: string): string {
  const table = new Table({
    head: ['name', 'what', 'url', 'pid', 'log'],
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 2 },
    chars: NO_BORDERS,
  });
  for (const { name, what, port, pid, log } of rows)
    table.push([name, what, `http://localhost:${port}`, pid ?? 'not running', relative(cwd, log)]);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Three things to try. @param knock what the configuration serves */
export function thingsToTry(gateway_port: number, console_port: number, { host, path }: Knock): string {
  const named = host === 'localhost' ? '' : `-H 'host: ${host}' `;
  return [
    'Try:',
    `  for i in $(seq 30); do curl -s ${named}localhost:${gateway_port}${path}; done | sort | uniq -c`,
    '  npm run lb -- sql --query share-per-origin',
    `  curl -s localhost:${console_port}/api/status`,
  ].join('\n');
}

const NO_BORDERS = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
  ].map((part) => [part, '']),
);
