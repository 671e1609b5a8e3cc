import { Command } from 'commander';
import { type StateWord, stateText } from '../../shared/authoring/operator_state.ts';
import { CliError, EXIT } from '../project/cli_error.ts';
import { resolveEnvironment } from '../project/environment.ts';
import { readText } from '../project/read_text.ts';
import { DEFAULT_CONFIG_FILE } from '../project/root.ts';
import type { ChangeOptions } from './change_state.ts';
import { consoleEndpoint } from './console/endpoint.ts';
import { historyApi } from './console/history_api.ts';
import { inFile, isInFile } from './console/in_file.ts';
import { NEEDS_FORCE, putSource, rethrownWithForce } from './console/put_source.ts';
import { ConsoleRefusal } from './console/refusal.ts';
import { report } from './console/report.ts';
import { withConsoleOptions, withWaitOption } from './environment_options.ts';

interface PublishOptions extends ChangeOptions {
  direct?: boolean;
}

/**
 * `lb publish [FILE]`: makes a configuration file the newest version of the console's history, which checks and publishes it. An
 * invalid file is refused with all its mistakes, and the published version stays as it is. A state that `lb drain` or
 * `lb maintenance` set ends if the file does not have it; a note says so.
 */
export function publishCommand(): Command {
  return withPublish(new Command('publish'));
}

/** Makes a command one that publishes a file: `lb publish`, or `lb config publish`. */
export function withPublish(command: Command): Command {
  command
    .description('Publish a configuration file as the next version. An invalid file is refused.')
    .argument('[file]', 'configuration file', DEFAULT_CONFIG_FILE)
    .option('--comment <text>', 'why, for the history')
    .option('--force', 'publish even if a load balancer then has nothing usable')
    .option('--direct', 'write to KV without the console, in an emergency');
  return withConsoleOptions(withWaitOption(command), 'publish to').action(
    async (file: string, options: PublishOptions) => {
      if (options.direct !== true) return publish(file, options);
      if (options.comment !== undefined)
        throw new CliError(
          '--comment is for the history, which --direct goes around; leave one of them out',
          EXIT.usage,
        );
      // It loads the schema, and wrangler or Cloudflare's API, which the ordinary way does not need.
      const { publishDirect } = await import('./publish_direct.ts');
      return publishDirect(resolveEnvironment(options), file, options);
    },
  );
}

async function publish(file: string, options: PublishOptions): Promise<void> {
  const endpoint = consoleEndpoint(options, process.env);
  const { kind } = endpoint;
  const source = readText(file, 'configuration file').replace(/^\uFEFF/, '');
  const api = historyApi(endpoint);
  const written = await putSource(api, source, { ...signed(options), way: 'cli' }).catch((error: unknown) =>
    rethrownWithPlaces(file, error),
  );
  sayStates(written.states, file);
  const notes = written.notes.map((note) => inFile(file, note));
  await report(api, { ...written, notes }, options, (version) =>
    written.changed
      ? `published ${file} to ${kind}: ${version}`
      : `nothing changed: ${kind} has had the same content since ${written.version.at}, as version ${written.version.version}`,
  );
}

function signed({ comment, force }: PublishOptions) {
  return { ...(comment === undefined ? {} : { comment }), ...(force === true ? { force } : {}) };
}

/** Prints the mistakes that have a place in the file, and throws the error to end with. */
function rethrownWithPlaces(file: string, error: unknown): never {
  const mistakes = error instanceof ConsoleRefusal ? error.mistakes : [];
  if (!mistakes.some(({ message }) => isInFile(message))) rethrownWithForce(error);
  for (const { message } of mistakes) console.error(inFile(file, message));
  const count = `${mistakes.length} mistake${mistakes.length === 1 ? '' : 's'}`;
  const fix = mistakes.every(({ code }) => code === NEEDS_FORCE)
    ? 'fix that, or publish all the same with --force'
    : 'fix the file and publish again';
  throw new CliError(`${file} was not published: ${count}; the published version stays, ${fix}`);
}

/** Names the states that operators had set and that the file replaced. */
function sayStates(states: readonly { id: string; before: string; after: string }[], file: string): void {
  for (const { id, before, after } of states)
    console.error(
      `note: ${id} was ${stateText(before as StateWord)} and is now ${stateText(after as StateWord)}, as in ${file}`,
    );
}
