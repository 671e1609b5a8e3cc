import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import type { PublicationInfo } from '../../../shared/contracts/history.ts';
import type { Status } from '../../../shared/contracts/status.ts';
import { askConsole } from '../console/ask.ts';
import { type ConsoleEndpoint, type ConsoleOptions, consoleEndpoint } from '../console/endpoint.ts';
import { withConsoleOptions } from '../environment_options.ts';
import { type JsonOption, say } from '../say.ts';
import { statusText } from './status_text.ts';

const EVERY_MS = 2_000;
/** Of a terminal that does not tell its size. */
const ROWS = 24;
const COLUMNS = 80;

/** `lb status`: what needs attention, then every origin. */
export function statusCommand(): Command {
  const command = new Command('status')
    .description(
      'Show what needs attention, then every origin with its state and its traffic, the worst first.',
    )
    .option('--watch', 'show it again every two seconds, until Ctrl-C')
    .addHelpText(
      'after',
      '\nExamples:\n  lb status\n  lb status --watch\n  lb status --json | jq .health_reason',
    );
  return withConsoleOptions(command, 'ask').action(
    async (options: ConsoleOptions & JsonOption & { watch?: boolean }) => {
      const endpoint = consoleEndpoint(options, process.env);
      if (options.watch === true && options.json !== true) return watch(endpoint);
      const seen = await read(endpoint);
      say(options, seen.status, () => statusText(seen, COLUMNS));
    },
  );
}

async function read(endpoint: ConsoleEndpoint) {
  const [status, publication] = await Promise.all([
    askConsole<Status>(endpoint, '/api/status'),
    askConsole<PublicationInfo>(endpoint, '/api/config/publication'),
  ]);
  return { status, publication };
}

/** Draws until the process ends. A failure is shown, and the next look comes all the same. */
async function watch(endpoint: ConsoleEndpoint): Promise<never> {
  const { default: logUpdate } = await import('log-update');
  for (let text = statusText(await read(endpoint), COLUMNS); ; ) {
    const { rows = ROWS, columns = COLUMNS } = process.stdout;
    const lines = text.split('\n').map((line) => line.slice(0, columns));
    logUpdate(lines.slice(0, rows - 1).join('\n'));
    await sleep(EVERY_MS);
    text = await read(endpoint).then(
      (seen) => statusText(seen, columns),
      (error: Error) => `${error.message}\n\n${text}`,
    );
  }
}
