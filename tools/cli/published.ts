import { toDocument } from '../../shared/authoring/document.ts';
import { stampDrains } from '../../shared/authoring/operator_state.ts';
import { CONFIG_KEY, type Config, type ConfigDocument } from '../../shared/model/config.ts';
import { CliError } from '../project/cli_error.ts';
import type { KvStore } from './kv_store.ts';

/**
 * Reads the published configuration.
 * @returns undefined if nothing is published yet
 * @throws CliError if KV cannot be read or its value is not a configuration document
 */
export async function readPublished(store: KvStore): Promise<ConfigDocument | undefined> {
  const text = await store.get(CONFIG_KEY);
  if (text === undefined) return undefined;
  try {
    const document = JSON.parse(text) as Partial<ConfigDocument> | null;
    if (document?.format === 1 && Number.isSafeInteger(document.version)) return document as ConfigDocument;
  } catch {
    // Not JSON: reported below.
  }
  throw new CliError(
    `the value of the KV key "${CONFIG_KEY}" is not a configuration document, so nothing was published; ` +
      'use a newer Plimsoll if one wrote it, or else delete the key and publish again',
  );
}

/**
 * Makes the document that follows the published one. It has the times at which drains began, which a file cannot have.
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
