import { CONFIG_KEY, type ConfigDocument } from './config/config.ts';
import { HEALTH_KEY, type HealthDocument } from './contracts/health.ts';

// Anything may stand in KV: half a write, another tool's value, a format of next year. What is let in here is used by
// requests without a further look.

/**
 * Takes a value of the KV key `config`.
 * @throws Error when it is not a configuration of format 1
 */
export function configDocument(value: unknown): ConfigDocument {
  const { format, version, config } = (value ?? {}) as Partial<ConfigDocument>;
  const sound =
    format === 1 &&
    typeof version === 'number' &&
    Array.isArray(config?.balancers) &&
    config.balancers.every(isObject) &&
    isObject(config.pools) &&
    Object.values(config.pools).every((pool) => isObject(pool) && Array.isArray(pool.origins));
  if (!sound) throw new Error(`KV key "${CONFIG_KEY}" holds no configuration of format 1`);
  return value as ConfigDocument;
}

/**
 * Takes a value of the KV key `health`.
 * @throws Error when it is not a health document
 */
export function healthDocument(value: unknown): HealthDocument {
  const { published_at, heartbeat_ms, origins } = (value ?? {}) as Partial<HealthDocument>;
  const sound =
    typeof published_at === 'number' &&
    typeof heartbeat_ms === 'number' &&
    isObject(origins) &&
    Object.values(origins).every(isObject);
  if (!sound) throw new Error(`KV key "${HEALTH_KEY}" holds no health document`);
  return value as HealthDocument;
}

/**
 * Whether a document that was read is older than the one in hand. KV is copied to many places, and a read may be
 * answered by one that is behind: what was newer stays in use.
 *
 * Both the version and the time say so. A version alone does not: whoever loses the store and publishes anew begins at
 * 1. To go back to an older content is to publish it again, under a higher version.
 */
export function isOlder<T extends { version: number; published_at: number | string }>(
  read: T,
  held: T,
): boolean {
  return read.version < held.version && read.published_at < held.published_at;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
