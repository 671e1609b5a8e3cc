import { setTimeout as sleep } from 'node:timers/promises';
import { CONFIG_KEY, type Config, type ConfigDocument } from '../../shared/model/config.ts';
import { CliError } from '../project/cli_error.ts';
import { type KvStore, SETTLE_MS } from './kv_store.ts';
import { nextDocument, readPublished } from './published.ts';

/** The result of a replacement. */
export interface Replaced {
  document: ConfigDocument;
  /** Absent if nothing was published before. */
  previous?: ConfigDocument;
  /** False if the published content was already the same, so that nothing was written. */
  changed: boolean;
}

/**
 * Publishes a configuration as the version after the published one. KV has no compare-and-set, so this function reads
 * twice more:
 *
 * - Right before the write. If somebody published meanwhile, it writes nothing.
 * - After the write. If another publication has overwritten this one, it reports that this one is lost.
 *
 * @param next receives the published document and returns the configuration to publish; may throw a CliError
 * @param now milliseconds since the epoch
 * @throws CliError in both cases, and if KV cannot be read or written
 */
export async function replacePublished(
  store: KvStore,
  next: (previous: ConfigDocument | undefined) => Config,
  now: number,
): Promise<Replaced> {
  const previous = await readPublished(store);
  const document = await nextDocument(next(previous), previous, now);
  if (previous?.hash === document.hash) return { document: previous, previous, changed: false };
  const meanwhile = await readPublished(store);
  if (!isSame(meanwhile, previous))
    throw new CliError(
      `${nameOf(previous)} became ${nameOf(meanwhile)} meanwhile, so nothing was changed; ` +
        'look at what was published, then run this again',
    );
  await store.put(CONFIG_KEY, JSON.stringify(document));
  // A first publication overwrites nobody's change, and `npm start` waits for it.
  if (previous === undefined) return { document, changed: true };
  await sleep(store.settle_ms ?? SETTLE_MS);
  assertKept(await readPublished(store), document);
  return { document, previous, changed: true };
}

/** Compares only the same version: a higher one was built on ours, and a lower one is an old copy of KV. */
function assertKept(found: ConfigDocument | undefined, ours: ConfigDocument): void {
  if (found?.version !== ours.version || found.hash === ours.hash) return;
  throw new CliError(
    `another publication at the same moment overwrote version ${ours.version}, so this change is lost; ` +
      'look at what is published, then run this again',
  );
}

function isSame(one: ConfigDocument | undefined, other: ConfigDocument | undefined): boolean {
  return one?.version === other?.version && one?.hash === other?.hash;
}

function nameOf(document: ConfigDocument | undefined): string {
  return document === undefined ? 'an empty KV' : `version ${document.version}`;
}
