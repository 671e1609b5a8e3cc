import type { Config, ConfigDocument } from '../model/config.ts';

/** JSON with sorted keys and without spaces, so that equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** SHA-256 of a configuration's canonical JSON, in hex. */
export async function configHash(config: Config): Promise<string> {
  const bytes = new TextEncoder().encode(canonicalJson(config));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The document that is published or bundled.
 * @param version 0 for the copy bundled at deploy
 * @param published_at ISO 8601
 */
export async function toDocument(
  config: Config,
  version: number,
  published_at: string,
): Promise<ConfigDocument> {
  return { format: 1, version, hash: await configHash(config), published_at, config };
}
