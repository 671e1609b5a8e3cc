import bundled from 'bundled-config';
import { CONFIG_KEY, type ConfigDocument } from '../../shared/config/config.ts';
import { HEALTH_KEY, type HealthDocument } from '../../shared/contracts/health.ts';
import { KeptDocument } from '../../shared/documents.ts';
import { configDocument, healthDocument, isOlder } from '../../shared/published.ts';
import { within } from '../../shared/within.ts';
import type { Env } from './env.ts';
import { type Loaded, prepare } from './loaded.ts';

/** KV's shortest cache time; it tells a change elsewhere within 30 to 60 s. */
const KV_CACHE_S = 30;
const REFRESH_MS = 5_000;
/** What a cold isolate's first request waits for KV, then for the cache, before it takes the bundled copy. */
const COLD_KV_MS = 1_000;
const COLD_CACHE_MS = 250;
/** Key of the last good copy in the Cache API: any URL of ours that nobody else uses. */
const CACHE_URL = 'https://plimsoll.invalid/config';

/** The configuration in KV. What is not a configuration document is refused and the copy in hand stays. */
export function openConfig(env: Env, now: () => number): KeptDocument<Loaded> {
  const kept: KeptDocument<Loaded> = new KeptDocument({
    now,
    refresh_ms: REFRESH_MS,
    async read() {
      const value = await env.KV?.get<unknown>(CONFIG_KEY, { type: 'json', cacheTtl: KV_CACHE_S });
      if (value === null || value === undefined) return undefined;
      const document = configDocument(value);
      const held = kept.current;
      if (held !== undefined && (isSame(document, held.document) || isOlder(document, held.document)))
        return held;
      const loaded = prepare(document);
      // Best effort: there may be no cache, and one that hangs must not keep the configuration from its use.
      await within(COLD_CACHE_MS, toCache(document)).catch(() => {});
      return loaded;
    },
  });
  return kept;
}

function isSame(one: ConfigDocument, other: ConfigDocument): boolean {
  return one.version === other.version && one.hash === other.hash;
}

/** The health document in KV. */
export function openHealth(env: Env, now: () => number): KeptDocument<HealthDocument> {
  const kept: KeptDocument<HealthDocument> = new KeptDocument({
    now,
    refresh_ms: REFRESH_MS,
    async read() {
      const value = await env.KV?.get<unknown>(HEALTH_KEY, { type: 'json', cacheTtl: KV_CACHE_S });
      if (value === null || value === undefined) return undefined;
      const document = healthDocument(value);
      const held = kept.current;
      return held !== undefined && isOlder(document, held) ? held : document;
    },
  });
  return kept;
}

/**
 * The first configuration of a cold isolate: KV's, else the last good copy of this data centre's cache, else
 * the one bundled at deploy. The only wait for KV there is.
 */
export async function coldConfig(config: KeptDocument<Loaded>): Promise<Loaded> {
  await within(COLD_KV_MS, config.load()).catch(() => {});
  if (config.current !== undefined) return config.current;
  const cached = await within(COLD_CACHE_MS, fromCache()).catch(() => undefined);
  const loaded = cached ?? prepare(bundled);
  config.offer(loaded);
  return config.current ?? loaded;
}

async function toCache(document: ConfigDocument): Promise<void> {
  const response = Response.json(document, { headers: { 'cache-control': 'max-age=604800' } });
  await caches.default.put(CACHE_URL, response);
}

async function fromCache(): Promise<Loaded | undefined> {
  const response = await caches.default.match(CACHE_URL);
  return response === undefined ? undefined : prepare(configDocument(await response.json()));
}
