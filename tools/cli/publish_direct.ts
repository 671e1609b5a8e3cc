import { stateText } from '../../shared/authoring/operator_state.ts';
import type { Environment } from '../project/environment.ts';
import type { LoadedConfig } from '../project/load_config.ts';
import { openKvStore } from './open_kv_store.ts';
import { publishConfig } from './publish_config.ts';

const HASH_SHOWN = 12;

/**
 * `lb publish --direct`: writes a configuration to KV, without the console. The history notices and publishes nothing more, until
 * somebody adopts or overwrites what KV has.
 * @param loaded without errors
 * @throws CliError as {@link publishConfig}
 */
export async function publishDirect(
  environment: Environment,
  { file, source, config }: LoadedConfig,
): Promise<void> {
  if (config === undefined) throw new Error(`${file} is not valid`);
  await using store = await openKvStore(environment);
  const { document, changed, states } = await publishConfig(store, config, Date.now(), source);
  for (const { id, before, after } of states)
    console.error(`note: ${id} was ${stateText(before)} and is now ${stateText(after)}, as in ${file}`);
  const { version, hash, published_at } = document;
  if (!changed) {
    console.log(
      `nothing changed: KV of ${environment.kind} has had the same content since ${published_at}, as version ${version}`,
    );
    return;
  }
  console.log(
    `published ${file} to KV of ${environment.kind}: version ${version}, hash ${hash.slice(0, HASH_SHOWN)}`,
  );
  console.error(
    'note: gateways follow within about a minute. The history does not know this version, and publishes nothing, until `lb config adopt`',
  );
}
