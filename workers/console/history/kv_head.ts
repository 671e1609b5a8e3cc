import { configHead } from '../../../shared/documents/check.ts';
import { InvalidDocument } from '../../../shared/documents/invalid_document.ts';
import { KV_CACHE_S } from '../../../shared/documents/published.ts';
import { CONFIG_KEY } from '../../../shared/model/config.ts';
import type { Publication } from './publications.ts';
import { sha256 } from './versions.ts';

/** A head in KV. */
export interface KvHead extends Publication {
  /** RFC 3339. Empty if `version` is 0. */
  published_at: string;
}

/**
 * Reads the head of the configuration in KV.
 * @returns undefined: there is none. Version 0: the key holds something else, and `hash` is that of its text
 * @throws {Error} if KV fails
 */
export async function readKvHead(kv: KVNamespace): Promise<KvHead | undefined> {
  const text = await kv.get(CONFIG_KEY, { type: 'text', cacheTtl: KV_CACHE_S });
  if (text === null) return undefined;
  try {
    const { version, hash, published_at }: Partial<KvHead> & { version: number } = configHead(
      JSON.parse(text),
    );
    return { version, hash: hash ?? sha256(text), published_at: published_at ?? '' };
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return { version: 0, hash: sha256(text), published_at: '' };
  }
}

/** Whether KV answered, but not with a configuration. */
export function isUnreadable(error: unknown): boolean {
  return error instanceof InvalidDocument || error instanceof SyntaxError;
}
