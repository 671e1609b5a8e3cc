import type { HealthDocument } from '../../shared/contracts/health.ts';
import { InvalidDocument, readConfig, readHealth } from '../../shared/documents/published.ts';
import { HttpError } from '../../shared/errors.ts';
import type { ConfigDocument } from '../../shared/model/config.ts';

/**
 * Reads configuration and health. Without health the status is still worth showing.
 * @returns `health`: the document, or why it cannot be read; undefined: nothing was published yet
 * @throws {HttpError} 503 that says why there is no configuration and what to do about it
 */
export async function readDocuments(
  kv: KVNamespace | undefined,
): Promise<{ config: ConfigDocument; health: HealthDocument | string | undefined }> {
  if (kv === undefined) throw unavailable('KV is not bound: see [[kv_namespaces]] in wrangler.console.toml');
  const [config, health] = await Promise.allSettled([readConfig(kv), readHealth(kv)]);
  if (config.status === 'rejected') throw unusable(config.reason);
  if (config.value === undefined)
    throw unavailable('No configuration is published: run `npm run lb -- publish plimsoll.jsonc`');
  if (health.status === 'fulfilled') return { config: config.value, health: health.value };
  console.error(`console: health could not be read: ${String(health.reason)}`);
  return {
    config: config.value,
    health:
      health.reason instanceof InvalidDocument || health.reason instanceof SyntaxError
        ? 'KV key "health" holds no health document: the health Worker overwrites it with its next publication'
        : 'KV does not answer for the key "health"',
  };
}

function unusable(cause: unknown): HttpError {
  console.error(`console: the configuration could not be read: ${String(cause)}`);
  return cause instanceof InvalidDocument || cause instanceof SyntaxError
    ? unavailable(
        'KV key "config" holds no configuration that this console can read: publish one with ' +
          '`npm run lb -- publish plimsoll.jsonc`, or if it is of a newer version run `npm run deploy:console`',
        cause,
      )
    : unavailable('KV does not answer: the status is not known. Requests are served without it', cause);
}

function unavailable(message: string, cause?: unknown): HttpError {
  return new HttpError(503, message, { headers: { 'retry-after': '5' }, cause });
}
