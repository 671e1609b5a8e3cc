import { HEALTH_KEY, type HealthDocument } from '../contracts/health.ts';
import { CONFIG_KEY, type ConfigDocument } from '../model/config.ts';

// All Workers read published documents through this file. KV may hold anything: another tool's value, or a format of next year.
// Code on the request path uses a document that passes here without further checks.

/** The part of a KV namespace that readers need. */
export interface Store {
  get<T>(key: string, options: { type: 'json'; cacheTtl: number }): Promise<T | null>;
}

/**
 * How long KV may answer from its cache (`cacheTtl`); 30 s is the minimum. A change is visible everywhere within 30 to 60 s.
 * https://developers.cloudflare.com/kv/api/read-key-value-pairs/#cachettl-parameter
 */
export const KV_CACHE_S = 30;

/**
 * Reads the published configuration.
 * @param kv undefined: not bound
 * @returns undefined: none is published
 * @throws {Error} with the reason: KV failed, or its value is not a configuration
 */
export async function readConfig(kv: Store | undefined): Promise<ConfigDocument | undefined> {
  const value = await kv?.get<unknown>(CONFIG_KEY, { type: 'json', cacheTtl: KV_CACHE_S });
  return value === null || value === undefined ? undefined : configDocument(value);
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

/** A value in KV is not the expected document. */
export class InvalidDocument extends Error {
  override name = 'InvalidDocument';
}

/** Checks a value of the KV key `config`. @throws {InvalidDocument} unless it is a configuration of format 1 */
export function configDocument(value: unknown): ConfigDocument {
  const { format, version, config } = (value ?? {}) as Partial<ConfigDocument>;
  const sound =
    format === 1 &&
    typeof version === 'number' &&
    Array.isArray(config?.balancers) &&
    config.balancers.every(isObject) &&
    isObject(config.pools) &&
    Object.values(config.pools).every((pool) => isObject(pool) && Array.isArray(pool.origins));
  if (!sound) throw new InvalidDocument(`KV key "${CONFIG_KEY}" holds no configuration of format 1`);
  return value as ConfigDocument;
}

/** Checks a value of the KV key `health`. @throws {InvalidDocument} unless it is a health document */
export function healthDocument(value: unknown): HealthDocument {
  const { version, published_at, heartbeat_ms, origins } = (value ?? {}) as Partial<HealthDocument>;
  const sound =
    typeof version === 'number' &&
    isTime(published_at) &&
    typeof heartbeat_ms === 'number' &&
    isObject(origins) &&
    Object.values(origins).every(
      (origin) =>
        isObject(origin) &&
        typeof origin.state === 'string' &&
        isTime(origin.since) &&
        isObject(origin.rtt_ms),
    );
  if (!sound) throw new InvalidDocument(`KV key "${HEALTH_KEY}" holds no health document`);
  return value as HealthDocument;
}

/** The fields that order publications of a document. */
export interface Stamps {
  /** Grows with every publication. */
  version: number;
  /** Milliseconds since the epoch, or ISO 8601. */
  published_at: number | string;
}

/**
 * Whether a document just read is older than the current one. The version decides, because publishers' clocks differ. Between
 * equal versions the time of publication decides.
 */
export function isOlder(read: Stamps, held: Stamps): boolean {
  return read.version === held.version ? read.published_at < held.published_at : read.version < held.version;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a `Date` can hold it as milliseconds since the epoch (ECMA-262, section 21.4.1.1). */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= 8.64e15;
}
