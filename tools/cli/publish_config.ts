import { CONFIG_KEY, type Config, type ConfigDocument } from '../../shared/config/config.ts';
import { type StateChange, stateChanges } from '../../shared/config/operator_state.ts';
import type { KvStore } from './kv_store.ts';
import { nextDocument, readPublished } from './published.ts';

/** What a publication came to. */
export interface Publication {
  document: ConfigDocument;
  /** False if what is published already says the same; nothing was written then. */
  changed: boolean;
  /** What an operator had put into another state than the file says. The file wins. */
  states: StateChange[];
}

/**
 * Writes a configuration to KV as the version after the published one. KV has no compare-and-set: of two people
 * who publish within the same seconds the later one wins.
 * @param now milliseconds since the epoch
 * @throws CliError if KV cannot be read or written, or holds something else under the key
 */
export async function publishConfig(store: KvStore, config: Config, now: number): Promise<Publication> {
  const previous = await readPublished(store);
  const document = await nextDocument(config, previous, now);
  if (previous?.hash === document.hash) return { document: previous, changed: false, states: [] };
  await store.put(CONFIG_KEY, JSON.stringify(document));
  const states = previous === undefined ? [] : stateChanges(previous.config, config);
  return { document, changed: true, states };
}
