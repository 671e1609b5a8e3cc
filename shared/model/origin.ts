import type { OriginId } from './ids.ts';

/** What an operator has set an origin or a pool to. Absent: ready. */
export type OperatorState = 'drain' | 'maintenance';

/** One origin of a pool. */
export interface Origin {
  id: OriginId;
  /** Unique in its pool. */
  name: string;
  /** Hostname or IP address, without port. */
  address: string;
  /** Scheme, address and port, without a trailing slash: `https://eu-1.example.com:8443`. */
  url: string;
  /** The `Host` that the origin sees. Absent: its address. */
  host?: string;
  /** The gateway's binding to the origin's proxy Worker: `PROXY`, `PROXY_EU`. */
  proxy: string;
  enabled: boolean;
  state?: OperatorState;
  /** When a version was published in which it takes no new sessions; milliseconds since the epoch. See stamp_drains.ts. */
  draining_since?: number;
  /** Relative to the other origins of the pool, 0 to 1. 0: no new traffic. */
  weight: number;
}
