import type { Heads } from '../contracts/control.ts';
import { HEALTH_KEY, type HealthDocument } from '../contracts/health.ts';
import { CONFIG_KEY, type ConfigDocument, type ConfigHead } from '../model/config.ts';
import { InvalidDocument } from './invalid_document.ts';

// KV may hold anything: another tool's value, or a format of next year. Code on the request path uses what passes here without
// further checks.

/** Checks a whole configuration. @throws {InvalidDocument} unless it is one of format 1 */
export function configDocument(value: unknown): ConfigDocument {
  const { format, version, config } = (value ?? {}) as Partial<ConfigDocument>;
  const sound =
    format === 1 &&
    isVersion(version) &&
    Array.isArray(config?.balancers) &&
    config.balancers.every(isObject) &&
    isObject(config.pools) &&
    Object.values(config.pools).every((pool) => isObject(pool) && Array.isArray(pool.origins));
  if (!sound) throw new InvalidDocument(`KV key "${CONFIG_KEY}" holds no configuration of format 1 or 2`);
  return value as ConfigDocument;
}

/** Checks a value of the KV key `config`: a head, or the whole configuration that an older version published. */
export function configHead(value: unknown): ConfigHead | ConfigDocument {
  const { format, version, hash, published_at } = (value ?? {}) as Partial<ConfigHead>;
  const sound = format === 2 && isVersion(version) && isText(hash) && hash !== '' && isText(published_at);
  return sound ? (value as ConfigHead) : configDocument(value);
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
      (origin) => isObject(origin) && isText(origin.state) && isTime(origin.since) && isObject(origin.rtt_ms),
    );
  if (!sound) throw new InvalidDocument(`KV key "${HEALTH_KEY}" holds no health document`);
  return value as HealthDocument;
}

/** Checks heads. A part that is undefined is left out of the result. @throws {InvalidDocument} if a part is malformed */
export function checkHeads({ config, health, ...rest }: Heads): Heads {
  if (config !== undefined) configHead(config);
  if (health !== undefined) healthDocument(health);
  return {
    ...rest,
    ...(config === undefined ? {} : { config }),
    ...(health === undefined ? {} : { health }),
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A whole number below 2^52. The history continues above it, so there must be room for whole numbers. */
function isVersion(value: unknown): value is number {
  return Number.isSafeInteger(value) && Math.abs(Number(value)) < 2 ** 52;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** Whether a `Date` can hold it as milliseconds since the epoch (ECMA-262, section 21.4.1.1). */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= 8.64e15;
}
