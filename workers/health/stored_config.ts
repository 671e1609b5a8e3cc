import { withBody } from '../../shared/documents/published.ts';
import type { ConfigDocument, ConfigHead } from '../../shared/model/config.ts';

/** A configuration as it is stored: compressed, because a stored value may have 2 MB at most. */
export interface StoredConfig {
  head: ConfigHead;
  /** Its body (shared/documents/body.ts), with gzip. */
  body: Uint8Array;
}

/** Compresses a configuration for storage. */
export async function pack(head: ConfigHead, body: string): Promise<StoredConfig> {
  const stream = new Blob([body]).stream().pipeThrough(new CompressionStream('gzip'));
  return { head, body: new Uint8Array(await new Response(stream).arrayBuffer()) };
}

/** Restores a stored configuration. @throws {Error} if the body is damaged */
export async function unpack({ head, body }: StoredConfig): Promise<ConfigDocument> {
  const stream = new Blob([body]).stream().pipeThrough(new DecompressionStream('gzip'));
  return withBody(head, await new Response(stream).text());
}
