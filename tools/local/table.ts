import { relative } from 'node:path';
import Table from 'cli-table3';
import type { StartOptions } from './options.ts';
import type { Knock } from './ready.ts';

/** One running process, as the table shows it. */
export interface TableRow {
  name: string;
  what: string;
  port: number;
  /** Undefined if it does not run. */
  pid: number | undefined;
  /** Absolute path. */
  log: string;
}

/** A table of all processes. @param cwd folder to which the paths of log files are relative */
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

/**
 * Three commands to try.
 * @param token_file the file of the console's token, relative to the working directory
 * @param knock a host and path that the configuration serves
 */
export function thingsToTry(
  { gateway_port, console_port }: Pick<StartOptions, 'gateway_port' | 'console_port'>,
  token_file: string,
  { host, path }: Knock,
): string {
  const named = host === 'localhost' ? '' : `-H 'host: ${host}' `;
  return [
    'Try:',
    `  for i in $(seq 30); do curl -s ${named}localhost:${gateway_port}${path}; done | sort | uniq -c`,
    '  npm run lb -- sql --query share-per-origin',
    `  curl -s -H "authorization: Bearer $(cat ${token_file})" localhost:${console_port}/api/status`,
  ].join('\n');
}

const NO_BORDERS = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
  ].map((part) => [part, '']),
);
