import { toDocument } from '../../../shared/authoring/document.ts';
import { CONFIG_KEY, type Config, type ConfigDocument } from '../../../shared/model/config.ts';
import { announcer } from '../../cli/announce.ts';
import type { KvStore } from '../../cli/kv_store.ts';
import { publishConfig } from '../../cli/publish_config.ts';
import { DEFAULT_LOCAL_FACTS, type Environment } from '../../project/environment.ts';

/**
 * Publishes a configuration as `lb publish` does: body and head to KV, and an announcement to the coordinator by way of the console.
 * @param values content of the KV namespace
 * @param console_port undefined: the console does not run yet
 * @returns its version
 * @throws Error if the announcement failed
 */
export async function publishCoordinated(
  values: Map<string, string>,
  config: Config,
  console_port: number | undefined,
): Promise<number> {
  const store: KvStore = {
    get: async (key) => values.get(key),
    put: async (key, value) => void values.set(key, value),
    // Nobody else publishes.
    settle_ms: 0,
  };
  const environment: Environment = {
    kind: 'local',
    local: {
      ...DEFAULT_LOCAL_FACTS,
      ...(console_port === undefined ? {} : { console_port, pid: process.pid }),
    },
  };
  const { document, note } = await publishConfig(store, config, Date.now(), announcer(environment));
  if (note !== undefined) throw new Error(note);
  return document.version;
}

/** Publishes a configuration as older versions did: the whole document in one key. @returns its version */
export async function publishWhole(values: Map<string, string>, config: Config): Promise<number> {
  const { version } = JSON.parse(values.get(CONFIG_KEY) ?? '{"version":0}') as Pick<
    ConfigDocument,
    'version'
  >;
  const document = await toDocument(config, version + 1, new Date().toISOString());
  values.set(CONFIG_KEY, JSON.stringify(document));
  return document.version;
}
