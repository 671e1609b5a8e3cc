import { toDocument } from '../../shared/authoring/document.ts';
import { stampDrains } from '../../shared/authoring/operator_state.ts';
import { configHead } from '../../shared/documents/check.ts';
import { withBody } from '../../shared/documents/published.ts';
import {
  bodyKey,
  CONFIG_KEY,
  type Config,
  type ConfigDocument,
  type ConfigHead,
} from '../../shared/model/config.ts';
import { CliError } from '../project/cli_error.ts';
import type { KvStore } from './kv_store.ts';

/**
 * Reads the head of the published configuration, or the whole document that an older version published.
 * @returns undefined if nothing is published yet
 * @throws CliError if KV cannot be read or its value is neither
 */
export async function readPublishedHead(store: KvStore): Promise<ConfigHead | ConfigDocument | undefined> {
  const text = await store.get(CONFIG_KEY);
  if (text === undefined) return undefined;
  try {
    const head = configHead(JSON.parse(text));
    if (Number.isSafeInteger(head.version)) return head;
  } catch {
    // Reported below.
  }
  throw new CliError(
    `the value of the KV key "${CONFIG_KEY}" is not a configuration document; ` +
      'use a newer Plimsoll if one wrote it, or else delete the key and publish again',
  );
}

/**
 * Reads the published configuration, head and body.
 * @returns undefined if nothing is published yet
 * @throws CliError if KV cannot be read or its values are not a configuration
 */
export async function readPublished(store: KvStore): Promise<ConfigDocument | undefined> {
  const head = await readPublishedHead(store);
  if (head === undefined || head.format === 1) return head;
  const key = bodyKey(head.hash);
  const body = await store.get(key);
  if (body === undefined)
    throw new CliError(
      `KV has no key "${key}", the body of version ${head.version}; if that was published just now, try again in a minute, ` +
        `or else delete the key "${CONFIG_KEY}" and publish again`,
    );
  return withBody(head, body).catch((error: Error) => {
    throw new CliError(`KV key "${key}": ${error.message}; delete the key "${CONFIG_KEY}" and publish again`);
  });
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
