import type { OriginId } from '../model/ids.ts';
import type { ProbeReason } from './carrying.ts';

/** The key of the health document in KV. */
export const HEALTH_KEY = 'health';

/** After this many heartbeats in which the document was not confirmed, every origin's state counts as unknown. */
export const STALE_AFTER_HEARTBEATS = 3;

/** `degraded` origins serve what `up` ones cannot. `unknown` origins serve by the gateway's own observations alone. */
export type OriginState = 'up' | 'degraded' | 'unknown' | 'down';

export interface OriginHealth {
  state: OriginState;
  /** When the origin entered this state, milliseconds since the epoch. */
  since: number;
  /** Why it left `up`. Absent if it is up or was never probed. */
  reason?: ProbeReason;
  /**
   * Smoothed round-trip time (EWMA) of successful probes, by prober: a location hint, or `default` if the pool names no regions.
   * Empty where no policy reads it.
   */
  rtt_ms: Record<string, number>;
  /** The origin is held back because it falls too often. While it is up, its state is `degraded`. */
  flapping?: true;
  /** State by prober. Absent if there is only one. */
  regions?: Record<string, OriginState>;
}

/**
 * The health of the origins. The coordinator tells it at once, and writes it to KV when a state changes and once per heartbeat.
 * @example
 * {
 *   version: 1042,
 *   published_at: 1_795_000_000_000,
 *   heartbeat_ms: 300_000,
 *   others: 'up',
 *   origins: {
 *     'eu/eu-1': { state: 'up', since: 1_794_990_000_000, rtt_ms: { weur: 12.4, enam: 96.1 }, regions: { weur: 'up', enam: 'up' } },
 *     'us/us-1': { state: 'down', since: 1_794_999_990_000, reason: 'tcp_timeout', rtt_ms: { default: 41.7 } },
 *   },
 * }
 */
export interface HealthDocument {
  /** Grows whenever the content changes. Two documents of the same version say the same. */
  version: number;
  /** When the content was last confirmed, milliseconds since the epoch. */
  published_at: number;
  /** The longest time between two writes to KV. */
  heartbeat_ms: number;
  /**
   * `up`: watched origins that `origins` does not list are up, and there is nothing more to say about them. Absent: they are
   * unknown, because an older version published the document, which listed every watched origin.
   */
  others?: 'up';
  origins: Record<OriginId, OriginHealth>;
}

/** The state to route by. Ask only about watched origins, whose pool has a monitor. */
export function stateOf(document: HealthDocument | undefined, id: OriginId): OriginState {
  return document?.origins[id]?.state ?? document?.others ?? 'unknown';
}

/**
 * Whether a document that was read just now has missed {@link STALE_AFTER_HEARTBEATS} heartbeats. For a copy kept in memory, use
 * `KeptHealth`.
 * @param now milliseconds since the epoch
 */
export function isStale({ published_at, heartbeat_ms }: HealthDocument, now: number): boolean {
  return now - published_at > STALE_AFTER_HEARTBEATS * heartbeat_ms;
}
