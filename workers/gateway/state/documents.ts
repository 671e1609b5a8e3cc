import bundled from 'bundled-config';
import { configDocument } from '../../../shared/documents/check.ts';
import { IsolateDocuments } from '../../../shared/documents/isolate_documents.ts';
import type { ConfigDocument } from '../../../shared/model/config.ts';
import { within } from '../../../shared/time/within.ts';
import type { Env } from '../env.ts';
import { type CompiledConfig, compileConfig } from './compiled_config.ts';

/** How long the first request of a cold isolate waits for the cache, after it has waited for KV. */
const COLD_CACHE_MS = 250;
/** How long the cache may take to store a copy. No request waits for it. */
const PUT_CACHE_MS = 5_000;
/** Key of the last good copy in the Cache API. No other code uses this URL. */
const CACHE_URL = 'https://plimsoll.invalid/config';

/** The configuration and the health document of one isolate. */
export class GatewayDocuments extends IsolateDocuments<CompiledConfig> {
  /** The configuration that is in the cache already, or came from the bundle and need not be. */
  #cached: CompiledConfig | undefined;

  /** @param now milliseconds since the epoch */
  constructor(env: Env, now: () => number) {
    super(env, now, { prepare: compileConfig, documentOf: ({ document }) => document });
  }

  /**
   * The first configuration of a cold isolate if KV delivered none in time: the last good copy in this data centre's cache, otherwise
   * the copy bundled at deploy.
   */
  async cold(): Promise<CompiledConfig> {
    const compiled =
      (await within(COLD_CACHE_MS, fromCache()).catch(() => undefined)) ?? compileConfig(bundled);
    this.#cached = compiled;
    this.config.offer(compiled);
    return this.config.current ?? compiled;
  }

  /**
   * Stores a configuration that came from KV for the cold isolates of this data centre, in the background. If there is no cache,
   * nothing happens.
   */
  keep(compiled: CompiledConfig, defer: (work: Promise<unknown>) => void): void {
    if (compiled === this.#cached) return;
    this.#cached = compiled;
    defer(within(PUT_CACHE_MS, toCache(compiled.document)).catch(() => undefined));
  }
}

async function toCache(document: ConfigDocument): Promise<void> {
  const response = Response.json(document, { headers: { 'cache-control': 'max-age=604800' } });
  await caches.default.put(CACHE_URL, response);
}

async function fromCache(): Promise<CompiledConfig | undefined> {
  const response = await caches.default.match(CACHE_URL);
  return response === undefined ? undefined : compileConfig(configDocument(await response.json()));
}
