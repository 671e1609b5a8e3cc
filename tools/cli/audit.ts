import { Command } from 'commander';
import type { AuditRow } from '../../shared/contracts/history.ts';
import { wholeNumber } from '../project/number_option.ts';
import { textTable } from '../project/text_table.ts';
import { visible } from '../project/visible.ts';
import { askConsole } from './console/ask.ts';
import { type ConsoleOptions, consoleEndpoint } from './console/endpoint.ts';
import { withConsoleOptions } from './environment_options.ts';
import { type JsonOption, say } from './say.ts';

const SHOWN = 20;

/** `lb audit`: every change and every refusal of the console, the newest first. */
export function auditCommand(): Command {
  const command = new Command('audit')
    .description('Show changes and refusals of the console: who, from where, what, and what came of it.')
    .option('--limit <n>', 'number of rows', wholeNumber(1, 1_000), SHOWN);
  return withConsoleOptions(command, 'ask').action(
    async (options: ConsoleOptions & JsonOption & { limit: number }) => {
      const endpoint = consoleEndpoint(options, process.env);
      const { rows } = await askConsole<{ rows: AuditRow[] }>(endpoint, `/api/audit?limit=${options.limit}`);
      say(options, rows, () => auditText(rows));
    },
  );
}

/** The rows as a table. */
export function auditText(rows: readonly AuditRow[]): string {
  if (rows.length === 0) return 'nothing was changed or refused yet';
  return textTable(
    ['at (UTC)', 'author', 'from', 'status', 'what', 'version', 'detail'],
    rows.map(({ at, author, from, status, what, before, after, detail }) => [
      at.slice(0, 19).replace('T', ' '),
      visible(author),
      visible(from),
      String(status),
      visible(what),
      before === after ? '' : `${before ?? 'none'} -> ${after ?? 'none'}`,
      visible(detail),
    ]),
  );
}
