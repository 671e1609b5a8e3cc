import { setTimeout as sleep } from 'node:timers/promises';
import { configSourceKey } from '../../shared/contracts/history.ts';
import { bodyOf } from '../../shared/documents/body.ts';
import { headOf } from '../../shared/documents/published.ts';
import {
  bodyKey,
  CONFIG_KEY,
  type Config,
  type ConfigDocument,
  type ConfigHead,
} from '../../shared/model/config.ts';
import { CliError } from '../project/cli_error.ts';
import type { KvStore } from './kv_store.ts';
import { nextDocument, readPublished, readPublishedHead } from './published.ts';

/** The result of a replacement. */
export interface Replaced {
  document: ConfigDocument;
  /** Absent if nothing was published before. */
  previous?: ConfigDocument;
  /** False if the published content was already the same, so that nothing was written. */
  changed: boolean;
}

/** Names a version: a head or a document. */
type Version = Pick<ConfigHead, 'version' | 'hash'>;

/**
 * Publishes a configuration as the version after the published one: its body, then the head that names it. KV has no
 * compare-and-set, so this function reads the head twice more:
 *
 * - Right before it writes the head. If somebody published meanwhile, it writes none, and nobody reads the new body.
 * - After the write. If another publication has overwritten this one, it reports that this one is lost.
 *
 * The body is written without reading first whether KV has it, because KV remembers for a while that a key was missing.
 * @param next receives the published document and returns the configuration to publish; may throw a CliError
 * @param now milliseconds since the epoch
 * @param source the text of the configuration, for `lb config adopt`. It is written before the head
 * @throws CliError in both cases, and if KV cannot be read or written
 */
export async function replacePublished(
  store: KvStore,
  next: (previous: ConfigDocument | undefined) => Config,
  now: number,
  source?: string,
): Promise<Replaced> {
  const previous = await readPublished(store);
  const document = await nextDocument(next(previous), previous, now);
  if (previous?.hash === document.hash) return { document: previous, previous, changed: false };
  const body = bodyOf(document.config);
  await store.put(bodyKey(document.hash), body);
  if (source !== undefined) await store.put(configSourceKey(document.hash), source);
  const meanwhile = await readPublishedHead(store);
  if (!isSame(meanwhile, previous))
    throw new CliError(
      `${nameOf(previous)} became ${nameOf(meanwhile)} meanwhile, so nothing was changed; ` +
        'look at what was published, then run this again',
    );
  await store.put(CONFIG_KEY, JSON.stringify(headOf(document, body)));
  // A first publication overwrites nobody's change.
  if (previous === undefined) return { document, changed: true };
  await sleep(store.settle_ms);
  assertKept(await readPublishedHead(store), document);
  return { document, previous, changed: true };
}

/** Compares only the same version: a higher one was built on ours, and a lower one is an old copy of KV. */
function assertKept(found: Version | undefined, ours: Version): void {
  if (found?.version !== ours.version || found.hash === ours.hash) return;
  throw new CliError(
    `another publication at the same moment overwrote version ${ours.version}, so this change is lost; ` +
      'look at what is published, then run this again',
  );
}

function isSame(one: Version | undefined, other: Version | undefined): boolean {
  return one?.version === other?.version && one?.hash === other?.hash;
}

function nameOf(version: Version | undefined): string {
  return version === undefined ? 'an empty KV' : `version ${version.version}`;
}
