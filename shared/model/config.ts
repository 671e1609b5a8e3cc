import type { Balancer } from './balancer.ts';
import type { GroupMember, Monitor, Notification } from './monitor.ts';
import type { Pool } from './pool.ts';

// The normalised configuration: what normalise() makes of a valid file, what KV holds and Workers read. References are ids,
// durations are milliseconds unless the name says otherwise, and no field is optional that a default could fill. An optional
// field may also be missing because an older version published the document. All types can be imported from here.

export type * from './balancer.ts';
export type * from './monitor.ts';
export type * from './pool.ts';
export type * from './retry.ts';
export type * from './steering.ts';
export type * from './traffic.ts';

/** The whole configuration. Records are by id. */
export interface Config {
  balancers: Balancer[];
  pools: Record<string, Pool>;
  monitors: Record<string, Monitor>;
  /** Absent: none. */
  monitor_groups?: Record<string, GroupMember[]>;
  notifications?: Notification[];
}

/**
 * The KV key of the {@link ConfigHead}. Older versions published the whole {@link ConfigDocument} under it, which readers still
 * accept.
 */
export const CONFIG_KEY = 'config';

/** The KV key of a configuration's body (shared/documents/body.ts). The key names the content, so the value never changes. */
export function bodyKey(hash: string): string {
  return `${CONFIG_KEY}/${hash}`;
}

/** Names the published version. Small, because readers look at it often. */
export interface ConfigHead {
  /** 2: the body is under {@link bodyKey}. A reader that does not know the format keeps the document it has. */
  format: 2;
  /** Grows by one with every publication. */
  version: number;
  /** SHA-256 of the normalised configuration's canonical JSON, in hex. */
  hash: string;
  /** ISO 8601. */
  published_at: string;
  /** Size of the body in UTF-8. */
  size_bytes: number;
}

/** A configuration in use, with the version under which it was published. */
export interface ConfigDocument {
  /** Of this document's shape: one JSON value, as older versions published it and as it is bundled. */
  format: 1;
  /** Grows by one with every publication; 0 is the copy bundled at deploy. */
  version: number;
  /** SHA-256 of the normalised configuration's canonical JSON, in hex. */
  hash: string;
  /** ISO 8601. */
  published_at: string;
  config: Config;
}
