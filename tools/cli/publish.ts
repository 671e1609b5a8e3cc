import { Command } from 'commander';
import { type StateWord, stateText } from '../../shared/authoring/operator_state.ts';
import { CliError } from '../project/cli_error.ts';
import { type Environment, resolveEnvironment } from '../project/environment.ts';
import { countProblems, formatProblems } from '../project/format_problems.ts';
import { type LoadedConfig, loadConfig } from '../project/load_config.ts';
import { DEFAULT_CONFIG_FILE } from '../project/root.ts';
import { type ConsoleOptions, consoleEndpoint } from './console/endpoint.ts';
import { historyApi } from './console/history_api.ts';
import { lateText, published, versionText } from './console/publication.ts';
import { putSource } from './console/put_source.ts';
import { withConsoleOptions } from './environment_options.ts';

interface PublishOptions extends ConsoleOptions {
  comment?: string;
  force?: boolean;
  direct?: boolean;
}

/**
 * `lb publish [FILE]`: validates a configuration file and makes it the newest version of the console's history, which publishes it.
 * It refuses an invalid file and leaves the published version as it is. A state that `lb drain` or `lb maintenance` set ends if the
 * file does not have it; a note says so.
 */
export function publishCommand(): Command {
  const command = new Command('publish')
    .description('Publish a configuration file as the next version. An invalid file is refused.')
    .argument('[file]', 'configuration file', DEFAULT_CONFIG_FILE)
    .option('--comment <text>', 'why, for the history')
    .option('--force', 'publish even if a load balancer then has nothing usable')
    .option('--direct', 'write to KV without the console, in an emergency');
  return withConsoleOptions(command, 'publish to').action(async (file: string, options: PublishOptions) => {
    if (options.direct === true) {
      const environment = resolveEnvironment(options);
      const loaded = valid(file, environment.kind, options);
      // It loads wrangler or Cloudflare's API, which the ordinary way does not need.
      const { publishDirect } = await import('./publish_direct.ts');
      return publishDirect(environment, loaded);
    }
    return publish(file, options);
  });
}

async function publish(file: string, options: PublishOptions): Promise<void> {
  const endpoint = consoleEndpoint(options, process.env);
  const { kind } = endpoint;
  const { source, problems } = valid(file, kind, options);
  const api = historyApi(endpoint);
  const written = await putSource(api, source, { ...signed(options), way: 'cli' });
  // Those of the file are printed already.
  const notes = written.notes.filter((note) => !problems.some(({ message }) => note.includes(message)));
  for (const note of notes) console.error(`note: ${note}`);
  sayStates(written.states, file);
  const { version, at } = written.version;
  const publication = await published(api, written);
  console.log(
    written.changed
      ? `published ${file} to ${kind}: ${versionText(version, publication)}`
      : `nothing changed: ${kind} has had the same content since ${at}, as version ${version}`,
  );
  const late = lateText(version, publication);
  if (late !== undefined) console.error(`note: ${late}`);
}

function signed({ comment, force }: PublishOptions) {
  return { ...(comment === undefined ? {} : { comment }), ...(force === true ? { force } : {}) };
}

/** Loads a file and prints its errors and warnings. @throws CliError if it is not valid */
function valid(file: string, kind: Environment['kind'], { force = false }: PublishOptions): LoadedConfig {
  const loaded = loadConfig(file, kind, { force });
  const said = loaded.problems.filter(({ severity }) => severity !== 'info');
  for (const line of formatProblems({ ...loaded, problems: said })) console.error(line);
  if (loaded.config !== undefined) return loaded;
  const errors = loaded.problems.filter(({ severity }) => severity === 'error');
  const fix = errors.every(({ forceable }) => forceable === true)
    ? 'fix them, or publish all the same with --force'
    : 'fix the errors and publish again';
  throw new CliError(
    `${file} was not published: ${countProblems(loaded)}; the published version stays, ${fix}`,
  );
}

/** Names the states that operators had set and that the file replaced. */
function sayStates(states: readonly { id: string; before: string; after: string }[], file: string): void {
  for (const { id, before, after } of states)
    console.error(
      `note: ${id} was ${stateText(before as StateWord)} and is now ${stateText(after as StateWord)}, as in ${file}`,
    );
}
