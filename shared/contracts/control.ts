import type { ConfigDocument, ConfigHead } from '../model/config.ts';
import type { OriginId } from '../model/ids.ts';
import type { HealthDocument } from './health.ts';

/**
 * The newest head of the configuration and the newest health document that a source knows. Small, because isolates read them every
 * few seconds.
 * @example
 * {
 *   config: { format: 2, version: 12, hash: '9f2c…', published_at: '2026-12-01T08:00:00.000Z', size_bytes: 4_812 },
 *   health: { version: 1042, published_at: 1_795_000_000_000, heartbeat_ms: 300_000, others: 'up', origins: {} },
 *   health_age_ms: 800,
 * }
 */
export interface Heads {
  /** Absent: none is published. */
  config?: ConfigHead;
  /** Absent: no origin was judged yet. */
  health?: HealthDocument;
  /** How long ago `health` was confirmed, by its source's own clock. Absent: only `published_at` tells its age. */
  health_age_ms?: number;
}

/** Too many requests to an origin failed in one isolate of the gateway. It ejects the origin if the pool can do without it. */
export interface Suspicion {
  origin: OriginId;
}

/**
 * RPC interface of the health Worker's entrypoint `Control`, for gateway and selector. The coordinator answers with its current
 * state. KV shows the same up to a minute later.
 */
export interface Control {
  heads(): Promise<Heads>;
  /** The body of the current configuration. @returns undefined if the coordinator holds another one */
  body(hash: string): Promise<string | undefined>;
  /**
   * Has the origins probed at once: each at most once per {@link SUSPICION_MS}, however many isolates report it. Origins that are
   * not watched, or down already, are ignored.
   */
  suspect(suspicions: readonly Suspicion[]): Promise<void>;
}

/** An isolate reports an origin at most once in this time. The coordinator has it probed because of reports at most as often. */
export const SUSPICION_MS = 10_000;

/** RPC interface of the health Worker's entrypoint `Operator`, for the console. */
export interface Operator extends Pick<Control, 'heads' | 'body'> {
  /**
   * Takes a configuration that was just published to KV, so that isolates follow at once.
   * @returns false: the coordinator knows a newer version already
   */
  announce(document: ConfigDocument): Promise<boolean>;
  /** The health of every watched origin, with round-trip times. @returns undefined if nothing was judged yet */
  health(): Promise<HealthDocument | undefined>;
}
