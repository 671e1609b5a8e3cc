import bundled from 'bundled-config';
import { CONFIG_KEY, type ConfigDocument } from '../../shared/config/config.ts';
import { HEALTH_KEY, type HealthDocument } from '../../shared/contracts/health.ts';
import { KeptDocument } from '../../shared/documents.ts';
import type { Env } from './env.ts';
import { type Loaded, prepare } from './loaded.ts';
import { within } from './within.ts';

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
  let held: Loaded | undefined;
  return new KeptDocument({
    now,
    refresh_ms: REFRESH_MS,
    async read() {
      const document = await env.KV?.get<ConfigDocument>(CONFIG_KEY, { type: 'json', cacheTtl: KV_CACHE_S });
      if (!document) return undefined;
      if (held?.document.version === document.version && held.document.hash === document.hash) return held;
      held = prepare(checked(document));
      await toCache(held.document);
      return held;
    },
  });
}

/** The health document in KV. */
export function openHealth(env: Env, now: () => number): KeptDocument<HealthDocument> {
  return new KeptDocument({
    now,
    refresh_ms: REFRESH_MS,
    async read() {
      const document = await env.KV?.get<HealthDocument>(HEALTH_KEY, { type: 'json', cacheTtl: KV_CACHE_S });
      if (!document) return undefined;
      if (typeof document.origins !== 'object' || typeof document.published_at !== 'number') {
        throw new Error(`KV key "${HEALTH_KEY}" holds no health document`);
      }
      return document;
    },
  });
}

/**
 * The first configuration of a cold isolate: KV's, else the last good copy of this data centre's cache, else
 * the one bundled at deploy. The only wait for KV there is.
 */
export async function coldConfig(config: KeptDocument<Loaded>): Promise<Loaded> {
  await within(COLD_KV_MS, config.load()).catch(() => {});
  if (config.current !== undefined) return config.current;
  const cached = await within(COLD_CACHE_MS, fromCache()).catch(() => undefined);
  const loaded = prepare(cached ?? bundled);
  config.offer(loaded);
  return config.current ?? loaded;
}

function checked(document: ConfigDocument): ConfigDocument {
  if (document.format !== 1 || !Array.isArray(document.config?.balancers) || !document.config.pools) {
    throw new Error(`KV key "${CONFIG_KEY}" holds no configuration of format 1`);
  }
  return document;
}

async function toCache(document: ConfigDocument): Promise<void> {
  // Best effort: there is no cache under plain workerd, and a failed write costs nothing.
  const response = Response.json(document, { headers: { 'cache-control': 'max-age=604800' } });
  await Promise.resolve(caches.default.put(CACHE_URL, response)).catch(() => {});
}

async function fromCache(): Promise<ConfigDocument | undefined> {
  const response = await caches.default.match(CACHE_URL);
  return response === undefined ? undefined : checked(await response.json<ConfigDocument>());
}
