import type { OriginId } from '../model/ids.ts';
import type { ProbeReason } from './carrying.ts';

/** The key of the health document in KV. */
export const HEALTH_KEY = 'health';

/** A source that has published nothing for this many heartbeats is silent: every origin's state then counts as unknown. */
export const STALE_AFTER_HEARTBEATS = 3;

/**
 * `degraded` serves, but less than a healthy one would. `unknown` is not `down`: it serves, and passive
 * signals alone decide about it.
 */
export type OriginState = 'up' | 'degraded' | 'unknown' | 'down';

export interface OriginHealth {
  state: OriginState;
  /** Since when it is in this state, milliseconds since the epoch. */
  since: number;
  /** Why it left `up`; absent when up or never probed. */
  reason?: ProbeReason;
  /**
   * Round-trip time of successful probes, smoothed (EWMA), by where the prober is: a location hint (`weur`), or `default`
   * where a pool names no regions.
   */
  rtt_ms: Record<string, number>;
  /** It is held back because it falls too often: when up, its state is `degraded`. */
  flapping?: true;
  /** What each prober says, where there are several. */
  regions?: Record<string, OriginState>;
}

/**
 * What the health Worker publishes to KV when a state changed and as a heartbeat, never once per check.
 */
export interface HealthDocument {
  /** Grows with every publication. */
  version: number;
  /** Milliseconds since the epoch. */
  published_at: number;
  heartbeat_ms: number;
  origins: Record<OriginId, OriginHealth>;
}

/** The state that routing may use: `unknown` where the document is missing or silent about an origin. */
export function stateOf(document: HealthDocument | undefined, id: OriginId): OriginState {
  return document?.origins[id]?.state ?? 'unknown';
}

/**
 * Whether a document has missed {@link STALE_AFTER_HEARTBEATS} heartbeats, for a reader that has read it just now. One
 * that keeps a copy asks `KeptHealth`.
 * @param now milliseconds since the epoch
 */
export function isStale({ published_at, heartbeat_ms }: HealthDocument, now: number): boolean {
  return now - published_at > STALE_AFTER_HEARTBEATS * heartbeat_ms;
}
