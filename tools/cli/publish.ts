import { Command } from 'commander';
import { stateText } from '../../shared/authoring/operator_state.ts';
import { CliError } from '../project/cli_error.ts';
import { type EnvironmentOptions, resolveEnvironment } from '../project/environment.ts';
import { countProblems, formatProblems } from '../project/format_problems.ts';
import { loadConfig } from '../project/load_config.ts';
import { DEFAULT_CONFIG_FILE } from '../project/root.ts';
import { announcer } from './announce.ts';
import { localOption, remoteOption } from './environment_options.ts';
import { openKvStore } from './open_kv_store.ts';
import { publishConfig } from './publish_config.ts';

const HASH_SHOWN = 12;

/**
 * `lb publish [FILE]`: validates a configuration file and writes it to KV as a new version, which Workers pick up
 * by themselves. It refuses an invalid file and leaves the published version as it is. A state that `lb drain` or
 * `lb maintenance` set ends if the file does not have it; a note says so.
 */
export function publishCommand(): Command {
  return new Command('publish')
    .description('Publish a configuration file as the next version. An invalid file is refused.')
    .argument('[file]', 'configuration file', DEFAULT_CONFIG_FILE)
    .addOption(localOption('publish to'))
    .addOption(remoteOption('publish to'))
    .action(async (file: string, options: EnvironmentOptions) => {
      const environment = resolveEnvironment(options);
      const loaded = loadConfig(file, environment.kind);
      const said = loaded.problems.filter(({ severity }) => severity !== 'info');
      for (const line of formatProblems({ file, problems: said })) console.error(line);
      if (loaded.config === undefined)
        throw new CliError(
          `${file} was not published: ${countProblems(loaded)}; the published version stays, fix the errors and publish again`,
        );
      await using store = await openKvStore(environment);
      const { document, changed, states, note } = await publishConfig(
        store,
        loaded.config,
        Date.now(),
        announcer(environment),
      );
      for (const { id, before, after } of states)
        console.error(`note: ${id} was ${stateText(before)} and is now ${stateText(after)}, as in ${file}`);
      const { version, hash, published_at } = document;
      console.log(
        changed
          ? `published ${file} to ${environment.kind}: version ${version}, hash ${hash.slice(0, HASH_SHOWN)}`
          : `nothing changed: ${environment.kind} has had the same content since ${published_at}, as version ${version}`,
      );
      if (note !== undefined) console.error(`note: ${note}`);
    });
}
