import { toDocument } from '../../../shared/authoring/document.ts';
import { CONFIG_KEY, type Config, type ConfigDocument } from '../../../shared/model/config.ts';
import type { KvStore } from '../../cli/kv_store.ts';
import { publishConfig } from '../../cli/publish_config.ts';
import { announce } from './announcer.ts';

/**
 * Publishes a configuration as the console's history does: body and head to KV, and an announcement to the coordinator.
 * @param values content of the KV namespace
 * @param announcer_port undefined: the coordinator does not run yet
 * @returns its version
 * @throws Error if the announcement failed
 */
export async function publishCoordinated(
  values: Map<string, string>,
  config: Config,
  announcer_port: number | undefined,
): Promise<number> {
  const store: KvStore = {
    get: async (key) => values.get(key),
    put: async (key, value) => void values.set(key, value),
    // Nobody else publishes.
    settle_ms: 0,
  };
  const { document } = await publishConfig(store, config, Date.now());
  if (announcer_port !== undefined) await announce(announcer_port, document);
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
