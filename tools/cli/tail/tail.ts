import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import type { Seen } from '../../../shared/analytics/tail/new_rows.ts';
import { type Filters, tailQuery } from '../../../shared/analytics/tail/tail_query.ts';
import type { SqlAnswer } from '../../../shared/contracts/sql.ts';
import { CliError, EXIT } from '../../project/cli_error.ts';
import { visible } from '../../project/visible.ts';
import { askConsole } from '../console/ask.ts';
import { type ConsoleOptions, consoleEndpoint } from '../console/endpoint.ts';
import { withConsoleOptions } from '../environment_options.ts';
import { follow } from './follow.ts';

const EVERY_MS = 1_000;

/** `lb tail`: requests as they end. */
export function tailCommand(): Command {
  const command = new Command('tail')
    .description(
      'Show requests as they end, until Ctrl-C. In production a data point can be read after about a minute.',
    )
    .option('--balancer <id>', 'only of this load balancer')
    .option('--pool <id>', 'only of this pool')
    .option('--origin <id>', 'only of this origin, as POOL/ORIGIN')
    .option('--status <status>', 'only with this status, or with its class: 503, 5xx')
    .option('--country <code>', 'only of clients in this country');
  return withConsoleOptions(command, 'ask', 'a line for each request').action(
    async ({ json, ...options }: ConsoleOptions & Filters & { json?: boolean }) => {
      const endpoint = consoleEndpoint(options, process.env);
      const query = queryOf(options);
      const body = { query };
      const rows = follow({
        ask: async () =>
          (await askConsole<SqlAnswer>(endpoint, '/api/sql', { method: 'POST', body }))
            .rows as readonly Seen[],
        pause: () => sleep(EVERY_MS),
        tell: (text) => console.error(text),
      });
      for await (const row of rows) console.log(json === true ? JSON.stringify(row) : lineOf(row));
    },
  );
}

/** @throws CliError for a status that is none */
function queryOf(filters: Filters): string {
  try {
    return tailQuery(filters);
  } catch (error) {
    throw error instanceof RangeError ? new CliError(`--status: ${error.message}`, EXIT.usage) : error;
  }
}

function lineOf(row: Seen): string {
  const text = (name: string) => visible(String(row[name] ?? ''));
  const at = new Date(Number(row.at) * 1_000).toISOString().slice(11, 19);
  const notes = [
    row['outcome'] === 'ok' ? '' : text('outcome'),
    Number(row['attempts']) > 1 ? `${text('attempts')} attempts (${text('retry_reason')})` : '',
    Number(row['fallback']) === 1 ? 'fallback' : '',
    text('detail'),
  ].filter((note) => note !== '');
  return [
    ...[at, text('status'), `${Math.round(Number(row['total_ms']))} ms`.padStart(8)],
    ...[text('origin') || '-', text('method'), text('path'), notes.join(', ')],
  ]
    .join('  ')
    .trimEnd();
}
