import type { Origin } from '../../../shared/config/config.ts';

/** What a request's session asks of its way. */
export interface Tie {
  /** The session's origin, which stands first: its slowness is no reason to leave it. */
  kept: Origin | undefined;
  /** No other origin is tried, whatever becomes of it (`zero_downtime_failover` `none`). */
  only: boolean;
}
