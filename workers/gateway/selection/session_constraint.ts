import type { Origin } from '../../../shared/model/config.ts';

/** What a request's session says about the origins it may try. */
export interface SessionConstraint {
  /** The session's origin, which stands first. The request is not hedged away from it. */
  kept: Origin | undefined;
  /** No other origin is tried, even if `kept` fails (`zero_downtime_failover` `none`). */
  only: boolean;
  /** The session's key, by which all choices for its requests are made. Absent: a session begins. */
  key?: string;
  /** Finds the origins behind the first ones, once these are used up. It is called once at most. Absent: there are none. */
  rest?: () => Promise<readonly Origin[]>;
}
