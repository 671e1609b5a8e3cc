import type { Operator } from '../../shared/contracts/control.ts';
import type { HealthDocument } from '../../shared/contracts/health.ts';
import { checkHeads, healthDocument } from '../../shared/documents/check.ts';
import { InvalidDocument } from '../../shared/documents/invalid_document.ts';
import { readConfig, readHealth, withBody } from '../../shared/documents/published.ts';
import { isOlder } from '../../shared/documents/succession.ts';
import { HttpError } from '../../shared/errors.ts';
import type { ConfigDocument } from '../../shared/model/config.ts';
import { within } from '../../shared/time/within.ts';

/** The coordinator answers at once, or something is wrong and KV is asked. */
const OPERATOR_MS = 1_000;

/**
 * Reads the newest configuration that KV or the coordinator knows, and health from the coordinator, or from KV if it does not
 * answer. The status is worth showing without health, but not without a configuration.
 * @param kv undefined: not bound
 * @param operator undefined: not bound
 * @returns `health` is the document, or why it cannot be read, or undefined if nothing was published yet
 * @throws {HttpError} 503 if there is no configuration
 */
export async function readDocuments(
  kv: KVNamespace | undefined,
  operator?: Operator,
): Promise<{ config: ConfigDocument; health: HealthDocument | string | undefined }> {
  if (kv === undefined)
    throw unavailable('KV is not bound: add it under [[kv_namespaces]] in wrangler.console.toml');
  const [config, health] = await Promise.allSettled([newestConfig(kv, operator), newestHealth(kv, operator)]);
  if (config.status === 'rejected') throw unusable(config.reason);
  if (config.value === undefined)
    throw unavailable('No configuration is published: run `npm run lb -- publish plimsoll.jsonc`');
  if (health.status === 'fulfilled') return { config: config.value, health: health.value };
  console.error(`console: the health document could not be read: ${String(health.reason)}`);
  return {
    config: config.value,
    health:
      health.reason instanceof InvalidDocument || health.reason instanceof SyntaxError
        ? 'KV key "health" holds no health document: wait for the next publication of the health Worker'
        : 'KV does not answer for the key "health": try again',
  };
}

/**
 * Reads the newest health document alone.
 * @returns undefined if none was published, or neither KV nor the coordinator is bound
 * @throws {HttpError} 503 if it cannot be read
 */
export async function readHealthOnly(
  kv: KVNamespace | undefined,
  operator?: Operator,
): Promise<HealthDocument | undefined> {
  try {
    return await newestHealth(kv, operator);
  } catch (error) {
    console.error(`console: the health document could not be read: ${String(error)}`);
    throw unavailable('The health document cannot be read: try again', error);
  }
}

/** KV may show a publication only after a minute, and the coordinator may not have been told of it. */
async function newestConfig(
  kv: KVNamespace,
  operator: Operator | undefined,
): Promise<ConfigDocument | undefined> {
  const [told, read] = await Promise.allSettled([
    operator && within(OPERATOR_MS, toldConfig(operator)),
    readConfig(kv),
  ]);
  const known = told.status === 'fulfilled' ? told.value : undefined;
  if (read.status === 'rejected') {
    if (known === undefined) throw read.reason;
    return known;
  }
  if (known === undefined || read.value === undefined) return known ?? read.value;
  return isOlder(known, read.value) ? read.value : known;
}

async function toldConfig(operator: Operator): Promise<ConfigDocument | undefined> {
  const { config: head } = checkHeads(await operator.heads());
  const body = head && (await operator.body(head.hash));
  return head === undefined || body === undefined ? undefined : withBody(head, body);
}

/** The coordinator's document has every origin and its round-trip times. KV's has what is not plainly up. */
async function newestHealth(
  kv: KVNamespace | undefined,
  operator: Operator | undefined,
): Promise<HealthDocument | undefined> {
  try {
    const health = operator && (await within(OPERATOR_MS, operator.health()));
    if (health !== undefined) return healthDocument(health);
  } catch (error) {
    console.error(`console: the coordinator does not tell health, so KV does: ${String(error)}`);
  }
  return kv && readHealth(kv);
}

function unusable(cause: unknown): HttpError {
  console.error(`console: the configuration could not be read: ${String(cause)}`);
  return cause instanceof InvalidDocument || cause instanceof SyntaxError
    ? unavailable(
        'KV key "config" holds no configuration that this console can read: publish one with ' +
          '`npm run lb -- publish plimsoll.jsonc`, or run `npm run deploy:console` if a newer version published it',
        cause,
      )
    : unavailable(
        'KV does not answer, so the status is not known: try again. Requests are still served',
        cause,
      );
}

function unavailable(message: string, cause?: unknown): HttpError {
  return new HttpError(503, message, { headers: { 'retry-after': '5' }, cause });
}
