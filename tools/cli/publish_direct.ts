import { stateText } from '../../shared/authoring/operator_state.ts';
import { CliError } from '../project/cli_error.ts';
import type { Environment } from '../project/environment.ts';
import { countProblems, formatProblems } from '../project/format_problems.ts';
import { type LoadedConfig, loadConfig } from '../project/load_config.ts';
import { openKvStore } from './open_kv_store.ts';
import { publishConfig } from './publish_config.ts';
import { say } from './say.ts';

const HASH_SHOWN = 12;

/**
 * `lb publish --direct`: writes a configuration to KV, without the console. The history notices and publishes nothing more, until
 * somebody adopts or overwrites what KV has.
 * @param force publishes even if a load balancer then has nothing usable
 * @throws CliError if the file is not valid, and as {@link publishConfig}
 */
export async function publishDirect(
  environment: Environment,
  file: string,
  { force = false, json = false }: { force?: boolean; json?: boolean },
): Promise<void> {
  const { source, config } = valid(file, environment.kind, force);
  await using store = await openKvStore(environment);
  const { document, changed, states } = await publishConfig(store, config, Date.now(), source);
  for (const { id, before, after } of states)
    console.error(`note: ${id} was ${stateText(before)} and is now ${stateText(after)}, as in ${file}`);
  const { version, hash, published_at } = document;
  say({ json }, { version, hash, published_at, changed, states }, () =>
    changed
      ? `published ${file} to KV of ${environment.kind}: version ${version}, hash ${hash.slice(0, HASH_SHOWN)}`
      : `nothing changed: KV of ${environment.kind} has had the same content since ${published_at}, as version ${version}`,
  );
  if (!changed) return;
  console.error(
    'note: gateways follow within about a minute. The history does not know this version, and publishes nothing, until `lb config adopt`',
  );
}

/** Loads a file and prints its errors and warnings. @throws CliError if it is not valid */
function valid(
  file: string,
  kind: Environment['kind'],
  force: boolean,
): LoadedConfig & Required<Pick<LoadedConfig, 'config'>> {
  const loaded = loadConfig(file, kind, { force });
  const { config } = loaded;
  const said = loaded.problems.filter(({ severity }) => severity !== 'info');
  for (const line of formatProblems({ ...loaded, problems: said })) console.error(line);
  if (config !== undefined) return { ...loaded, config };
  const errors = loaded.problems.filter(({ severity }) => severity === 'error');
  const fix = errors.every(({ forceable }) => forceable === true)
    ? 'fix them, or publish all the same with --force'
    : 'fix the errors and publish again';
  throw new CliError(
    `${file} was not published: ${countProblems(loaded)}; the published version stays, ${fix}`,
  );
}
