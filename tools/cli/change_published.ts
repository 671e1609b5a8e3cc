import { CONFIG_KEY, type Config, type ConfigDocument } from '../../shared/config/config.ts';
import { CliError } from './cli_error.ts';
import type { KvStore } from './kv_store.ts';
import { nextDocument, readPublished } from './published.ts';

/** A change of what is published, made or not. */
export interface Changed {
  document: ConfigDocument;
  previous: ConfigDocument;
  /** False: it was so already, and nothing was written. */
  changed: boolean;
}

/**
 * Publishes the published configuration with a change. KV has no compare-and-set, so it is read again right before it
 * is written: what somebody published meanwhile is not overwritten.
 * @param change throws a CliError if it cannot be made
 * @param now milliseconds since the epoch
 * @throws CliError if nothing is published, the version has moved, or KV cannot be read or written
 */
export async function changePublished(
  store: KvStore,
  change: (config: Config) => Config,
  now: number,
): Promise<Changed> {
  const previous = await readPublished(store);
  if (previous === undefined)
    throw new CliError('nothing is published yet; `lb publish FILE` publishes a configuration');
  const document = await nextDocument(change(previous.config), previous, now);
  if (document.hash === previous.hash) return { document: previous, previous, changed: false };
  const meanwhile = await readPublished(store);
  if (meanwhile?.version !== previous.version || meanwhile.hash !== previous.hash)
    throw new CliError(
      `version ${previous.version} became version ${meanwhile?.version ?? 'none'} meanwhile, and nothing was ` +
        'changed; look at what was published, then run this again',
    );
  await store.put(CONFIG_KEY, JSON.stringify(document));
  return { document, previous, changed: true };
}
