import { type StateChange, stateChanges } from '../../shared/authoring/operator_state.ts';
import type { Config, ConfigDocument } from '../../shared/model/config.ts';
import type { KvStore } from './kv_store.ts';
import { replacePublished } from './replace_published.ts';

/** What a publication came to. */
export interface Publication {
  document: ConfigDocument;
  /** False if what is published already says the same; nothing was written then. */
  changed: boolean;
  /** What an operator had put into another state than the file says. The file wins. */
  states: StateChange[];
}

/**
 * Writes a configuration to KV as the version after the published one. Where an operator had set another state than the
 * file says, the file wins, and the result says so. A state that is set while this runs is never lost silently.
 * @param now milliseconds since the epoch
 * @throws CliError if somebody else published meanwhile, or KV cannot be read or written, or holds something else
 */
export async function publishConfig(store: KvStore, config: Config, now: number): Promise<Publication> {
  const { document, previous, changed } = await replacePublished(store, () => config, now);
  const states = changed && previous !== undefined ? stateChanges(previous.config, config) : [];
  return { document, changed, states };
}
