import { HEALTH_KEY, type HealthDocument } from '../contracts/health.ts';
import { bodyKey, CONFIG_KEY, type ConfigDocument, type ConfigHead } from '../model/config.ts';
import { runInSlices } from '../time/steps.ts';
import { parseBody } from './body.ts';
import { configHead, healthDocument } from './check.ts';
import { InvalidDocument } from './invalid_document.ts';

/** The part of a KV namespace that readers need. */
export interface Store {
  get<T>(key: string, options: { type: 'json'; cacheTtl: number }): Promise<T | null>;
  get(key: string, options: { type: 'text'; cacheTtl: number }): Promise<string | null>;
}

/**
 * How long KV may answer from its cache (`cacheTtl`); 30 s is the minimum. A change is visible everywhere within 30 to 60 s. Bodies
 * never change, but they have the same limit: KV also caches that a key is missing.
 * https://developers.cloudflare.com/kv/api/read-key-value-pairs/#cachettl-parameter
 */
export const KV_CACHE_S = 30;

/**
 * Reads what is published as the configuration.
 * @returns undefined: nothing is. A document: an older version published it whole
 * @throws {Error} with the reason: KV failed, or its value is not a configuration
 */
export async function readConfigHead(kv: Store): Promise<ConfigHead | ConfigDocument | undefined> {
  const value = await kv.get<unknown>(CONFIG_KEY, { type: 'json', cacheTtl: KV_CACHE_S });
  return value === null ? undefined : configHead(value);
}

/** Reads the body of a configuration. @returns undefined if KV does not show it (yet) @throws {Error} if KV fails */
export async function readBody(kv: Store, hash: string): Promise<string | undefined> {
  return (await kv.get(bodyKey(hash), { type: 'text', cacheTtl: KV_CACHE_S })) ?? undefined;
}

/**
 * Reads the published configuration, head and body.
 * @param kv undefined: not bound
 * @returns undefined: none is published
 * @throws {Error} with the reason: KV failed, or its values are not a configuration
 */
export async function readConfig(kv: Store | undefined): Promise<ConfigDocument | undefined> {
  if (kv === undefined) return undefined;
  const head = await readConfigHead(kv);
  if (head === undefined || head.format === 1) return head;
  const body = await readBody(kv, head.hash);
  if (body === undefined) throw new InvalidDocument(`KV key "${bodyKey(head.hash)}" is missing`);
  return withBody(head, body);
}

/** The head that names a document with this body. */
export function headOf(
  { version, hash, published_at }: Pick<ConfigDocument, 'version' | 'hash' | 'published_at'>,
  body: string,
): ConfigHead {
  const size_bytes = new TextEncoder().encode(body).byteLength;
  return { format: 2, version, hash, published_at, size_bytes };
}

/** Joins a head and its body. @throws {InvalidDocument} if the body is not whole */
export async function withBody(head: ConfigHead, body: string): Promise<ConfigDocument> {
  const { version, hash, published_at } = head;
  return { format: 1, version, hash, published_at, config: await runInSlices(parseBody(body)) };
}

/**
 * Reads the published health of all origins.
 * @param kv undefined: not bound
 * @returns undefined: none is published
 * @throws {Error} with the reason: KV failed, or its value is not a health document
 */
export async function readHealth(kv: Store | undefined): Promise<HealthDocument | undefined> {
  const value = await kv?.get<unknown>(HEALTH_KEY, { type: 'json', cacheTtl: KV_CACHE_S });
  return value === null || value === undefined ? undefined : healthDocument(value);
}
