import { CONFIG_KEY, type ConfigDocument } from '../../shared/config/config.ts';
import { HEALTH_KEY, type HealthDocument } from '../../shared/contracts/health.ts';
import { HttpError } from '../../shared/errors.ts';

/** Seconds that KV may answer from its cache: the shortest that it takes. */
const CACHE_TTL = 30;

/**
 * Reads what is published.
 * @throws {HttpError} 503 that says what is missing and what to do about it
 */
export async function readDocuments(
  kv: KVNamespace | undefined,
): Promise<{ config: ConfigDocument; health: HealthDocument | undefined }> {
  if (kv === undefined) throw unavailable('KV is not bound: see [[kv_namespaces]] in wrangler.console.toml');
  const [config, health] = await Promise.all([
    read<ConfigDocument>(kv, CONFIG_KEY),
    read<HealthDocument>(kv, HEALTH_KEY),
  ]);
  if (config === null) {
    throw unavailable('No configuration is published: run `npm run lb -- publish plimsoll.jsonc`');
  }
  if (config.format !== 1) {
    throw unavailable('The published configuration is newer than this console: run `npm run deploy:console`');
  }
  return { config, health: health ?? undefined };
}

async function read<T>(kv: KVNamespace, key: string): Promise<T | null> {
  try {
    return await kv.get<T>(key, { type: 'json', cacheTtl: CACHE_TTL });
  } catch (cause) {
    console.error(`console: reading ${key} from KV failed: ${String(cause)}`);
    throw unavailable('KV does not answer: the status is not known. Requests are served without it', cause);
  }
}

function unavailable(message: string, cause?: unknown): HttpError {
  return new HttpError(503, message, { headers: { 'retry-after': '5' }, cause });
}
