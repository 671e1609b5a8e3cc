import type { ApiObject } from '../../../../shared/contracts/history.ts';
import { type OriginId, originId } from '../../../../shared/model/ids.ts';

/** What one probe, or the last ones, said about an origin, in the words of Cloudflare's API. */
export interface OriginResult {
  healthy: boolean;
  /** `No failures` if it is healthy. */
  failure_reason: string;
  /** A duration: `12.1ms`. */
  rtt?: string;
  /** HTTP status. 0: there was no response. */
  response_code?: number;
}

/** An origin of a pool as written. */
export interface WrittenOrigin {
  /** In the data plane. */
  id: OriginId;
  /** The key of its results in Cloudflare's API. */
  address: string;
  /** Whether it counts for the pool's health. */
  counts: boolean;
}

/** The origins of a pool. */
export function originsOf(pool: ApiObject): WrittenOrigin[] {
  const origins: unknown[] = Array.isArray(pool.value['origins']) ? pool.value['origins'] : [];
  return origins.map((origin) => {
    const { name, address, enabled, state } = origin as Record<string, unknown>;
    return {
      id: originId(pool.key, String(name)),
      address: String(address),
      counts: enabled !== false && state !== 'maintenance',
    };
  });
}
