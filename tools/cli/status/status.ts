import { Command } from 'commander';
import type { PublicationInfo } from '../../../shared/contracts/history.ts';
import type { Status } from '../../../shared/contracts/status.ts';
import { watchScreen } from '../../project/screen.ts';
import { askConsole } from '../console/ask.ts';
import { type ConsoleEndpoint, type ConsoleOptions, consoleEndpoint } from '../console/endpoint.ts';
import { withConsoleOptions } from '../environment_options.ts';
import { type JsonOption, say } from '../say.ts';
import { statusText } from './status_text.ts';

const EVERY_MS = 2_000;
/** Of a line that is printed once. */
const COLUMNS = 80;

/** `lb status`: what needs attention, then every origin. */
export function statusCommand(): Command {
  const command = new Command('status')
    .description(
      'Show what needs attention, then every origin with its state and its traffic, the worst first.',
    )
    .option('--watch', 'show it again every two seconds, until Ctrl-C');
  return withConsoleOptions(command, 'ask').action(
    async (options: ConsoleOptions & JsonOption & { watch?: boolean }) => {
      const endpoint = consoleEndpoint(options, process.env);
      if (options.watch === true && options.json !== true)
        return watchScreen(
          async ({ columns }) => statusText(await read(endpoint), columns),
          EVERY_MS,
          (key) => (key === 'q' ? 'end' : undefined),
        );
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
