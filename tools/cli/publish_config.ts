import { type StateChange, stateChanges } from '../../shared/authoring/operator_state.ts';
import type { Config } from '../../shared/model/config.ts';
import type { KvStore } from './kv_store.ts';
import { type Replaced, replacePublished } from './replace_published.ts';

/** The result of a publication. */
export interface Publication extends Replaced {
  /** Pools, origins and balancers whose state an operator had changed, and which have the state of the file again. */
  states: StateChange[];
}

/**
 * Writes a configuration to KV as the version after the published one. The states of the file replace those that an
 * operator had set, and the result lists them. A state that is set while this runs is never lost silently.
 * @param now milliseconds since the epoch
 * @param source the text of the configuration, for `lb config adopt`
 * @throws CliError if somebody else published meanwhile, if KV cannot be read or written, or if its content is not a
 *   configuration
 */
export async function publishConfig(
  store: KvStore,
  config: Config,
  now: number,
  source?: string,
): Promise<Publication> {
  const replaced = await replacePublished(store, () => config, now, source);
  const { previous, changed } = replaced;
  const states = changed && previous !== undefined ? stateChanges(previous.config, config) : [];
  return { ...replaced, states };
}
