import type { Config, ConfigDocument } from '../../shared/model/config.ts';
import { CliError } from '../project/cli_error.ts';
import type { KvStore } from './kv_store.ts';
import { replacePublished } from './replace_published.ts';

/** A change of what is published, made or not. */
export interface Changed {
  document: ConfigDocument;
  /** False: it was so already, and nothing was written. */
  changed: boolean;
}

/**
 * Publishes the published configuration with a change, without writing over what somebody else publishes meanwhile.
 * @param change throws a CliError if it cannot be made
 * @param now milliseconds since the epoch
 * @throws CliError if nothing is published, the version has moved, or KV cannot be read or written
 */
export function changePublished(
  store: KvStore,
  change: (config: Config) => Config,
  now: number,
): Promise<Changed> {
  return replacePublished(
    store,
    (previous) => {
      if (previous === undefined)
        throw new CliError('nothing is published yet; `lb publish FILE` publishes a configuration');
      return change(previous.config);
    },
    now,
  );
}
