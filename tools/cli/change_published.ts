import type { Config } from '../../shared/model/config.ts';
import { CliError } from '../project/cli_error.ts';
import type { Announce } from './announce.ts';
import type { KvStore } from './kv_store.ts';
import { type Replaced, replacePublished } from './replace_published.ts';

/**
 * Changes the published configuration and publishes the result, without overwriting what somebody else publishes meanwhile.
 * @param change throws a CliError if it is impossible
 * @param now milliseconds since the epoch
 * @throws CliError if nothing is published, somebody else published meanwhile, or KV cannot be read or written
 */
export function changePublished(
  store: KvStore,
  change: (config: Config) => Config,
  now: number,
  announce?: Announce,
): Promise<Replaced> {
  return replacePublished(
    store,
    (previous) => {
      if (previous === undefined)
        throw new CliError('nothing is published yet; `lb publish FILE` publishes a configuration');
      return change(previous.config);
    },
    now,
    announce,
  );
}
