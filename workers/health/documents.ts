import bundled from 'bundled-config';
import { KeptDocument } from '../../shared/documents/kept_document.ts';
import { readConfig } from '../../shared/documents/published.ts';
import { Succession } from '../../shared/documents/succession.ts';
import type { ConfigDocument } from '../../shared/model/config.ts';
import { within } from '../../shared/time/within.ts';
import { watched } from './probe/order.ts';

/** How often to read the configuration. In production, KV's own cache adds up to half a minute. */
export const CONFIG_REFRESH_MS = 10_000;
/** If KV takes longer, the read or write counts as failed. */
export const KV_TIMEOUT_MS = 2_000;

/**
 * The configuration: the one in KV, else the last good one in storage, else the one bundled at deploy.
 * @param store keeps the last good configuration for a start at which KV does not answer
 */
export function keptConfig(
  kv: KVNamespace,
  store: { config: ConfigDocument | undefined },
  now: () => number,
): KeptDocument<ConfigDocument> {
  const succession = new Succession();
  const read = async (held: () => ConfigDocument | undefined) => {
    const document = await readConfig(kv);
    if (document === undefined || !succession.takes(document, held(), now())) return undefined;
    // Throws if this Worker cannot use the document. The current document then stays in use.
    watched(document.config);
    if (document.hash !== store.config?.hash) store.config = document;
    return document;
  };
  const config = new KeptDocument<ConfigDocument>({
    read: (held) => within(KV_TIMEOUT_MS, read(held)),
    now,
    refresh_ms: CONFIG_REFRESH_MS,
  });
  config.offer(store.config ?? bundled);
  return config;
}
