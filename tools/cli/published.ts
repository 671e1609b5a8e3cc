import { toDocument } from '../../shared/authoring/document.ts';
import { stampDrains } from '../../shared/authoring/stamp_drains.ts';
import { CONFIG_KEY, type Config, type ConfigDocument } from '../../shared/model/config.ts';
import { CliError } from '../project/cli_error.ts';
import type { KvStore } from './kv_store.ts';

/**
 * The published configuration.
 * @returns undefined: nothing is published yet
 * @throws CliError if KV cannot be read, or holds something else under the key
 */
export async function readPublished(store: KvStore): Promise<ConfigDocument | undefined> {
  const text = await store.get(CONFIG_KEY);
  if (text === undefined) return undefined;
  try {
    const document = JSON.parse(text) as Partial<ConfigDocument> | null;
    if (document?.format === 1 && Number.isSafeInteger(document.version)) return document as ConfigDocument;
  } catch {
    // Not JSON: said below.
  }
  throw new CliError(
    `KV holds something that is no configuration document under the key "${CONFIG_KEY}"; nothing was published. ` +
      'A newer Plimsoll may have written it; if not, delete the key and publish again',
  );
}

/**
 * The document that follows the published one. It notes when drains began, as the configuration of a file cannot.
 * @param now milliseconds since the epoch
 */
export function nextDocument(
  config: Config,
  previous: ConfigDocument | undefined,
  now: number,
): Promise<ConfigDocument> {
  const stamped = stampDrains(config, previous?.config, now);
  return toDocument(stamped, (previous?.version ?? 0) + 1, new Date(now).toISOString());
}
