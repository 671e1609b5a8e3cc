import bundled from 'bundled-config';
import { IsolateDocuments } from '../../../shared/documents/isolate_documents.ts';
import { configDocument } from '../../../shared/documents/published.ts';
import type { ConfigDocument } from '../../../shared/model/config.ts';
import { within } from '../../../shared/time/within.ts';
import type { Env } from '../env.ts';
import { type Loaded, prepare } from './compiled_config.ts';

/** How long a cold isolate's first request waits for the cache, after KV, before it takes the bundled copy. */
const COLD_CACHE_MS = 250;
/** How long the cache may take to store a copy. No request waits for it. */
const PUT_CACHE_MS = 5_000;
/** Key of the last good copy in the Cache API: any URL of ours that nobody else uses. */
const CACHE_URL = 'https://plimsoll.invalid/config';

/** The configuration and the health document of one isolate. */
export class GatewayDocuments extends IsolateDocuments<Loaded> {
  /** The configuration that need not be put into the cache: it is there already, or came from the bundle. */
  #cached: Loaded | undefined;

  /** @param now milliseconds since the epoch */
  constructor(env: Env, now: () => number) {
    super(env, now, { prepare, documentOf: ({ document }) => document });
  }

  /**
   * The first configuration of a cold isolate for which KV had none in time: the last good copy of this data centre's
   * cache, else the one bundled at deploy.
   */
  async cold(): Promise<Loaded> {
    const loaded = (await within(COLD_CACHE_MS, fromCache()).catch(() => undefined)) ?? prepare(bundled);
    this.#cached = loaded;
    this.config.offer(loaded);
    return this.config.current ?? loaded;
  }

  /**
   * Keeps a configuration that came from KV for the cold isolates of this data centre, behind a request.
   * Best effort: there may be no cache.
   */
  keep(loaded: Loaded, defer: (work: Promise<unknown>) => void): void {
    if (loaded === this.#cached) return;
    this.#cached = loaded;
    defer(within(PUT_CACHE_MS, toCache(loaded.document)).catch(() => undefined));
  }
}

async function toCache(document: ConfigDocument): Promise<void> {
  const response = Response.json(document, { headers: { 'cache-control': 'max-age=604800' } });
  await caches.default.put(CACHE_URL, response);
}

async function fromCache(): Promise<Loaded | undefined> {
  const response = await caches.default.match(CACHE_URL);
  return response === undefined ? undefined : prepare(configDocument(await response.json()));
}
