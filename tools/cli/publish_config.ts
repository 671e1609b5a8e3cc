import { CONFIG_KEY, type Config, type ConfigDocument } from '../../shared/config/config.ts';
import { toDocument } from '../../shared/config/document.ts';
import { CliError } from './cli_error.ts';
import type { KvStore } from './kv_store.ts';

/** What a publication came to. */
export interface Publication {
  document: ConfigDocument;
  /** False if what is published already says the same; nothing was written then. */
  changed: boolean;
}

/**
 * Writes a configuration to KV as the version after the published one. KV has no compare-and-set: of two people
 * who publish within the same seconds the later one wins.
 * @param now milliseconds since the epoch
 * @throws CliError if KV cannot be read or written, or holds something else under the key
 */
export async function publishConfig(store: KvStore, config: Config, now: number): Promise<Publication> {
  const previous = parseDocument(await store.get(CONFIG_KEY));
  const document = await toDocument(config, (previous?.version ?? 0) + 1, new Date(now).toISOString());
  if (previous?.hash === document.hash) return { document: previous, changed: false };
  await store.put(CONFIG_KEY, JSON.stringify(document));
  return { document, changed: true };
}

function parseDocument(text: string | undefined): ConfigDocument | undefined {
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
