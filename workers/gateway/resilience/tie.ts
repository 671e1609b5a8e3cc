import type { Origin } from '../../../shared/config/config.ts';

/** What a request's session asks of its way. */
export interface Tie {
  /** The session's origin, which stands first: its slowness is no reason to leave it. */
  kept: Origin | undefined;
  /** No other origin is tried, whatever becomes of it (`zero_downtime_failover` `none`). */
  only: boolean;
  /** The session's key: whatever has to be chosen for its requests is chosen by it. Absent: a session begins. */
  key?: string;
  /** Finds the origins behind the first ones. It is called once at most, when none of these is left. Absent: there are none. */
  rest?: () => Promise<readonly Origin[]>;
}
