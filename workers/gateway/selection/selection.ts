import type { Origin } from '../../../shared/model/config.ts';
import type { Decision } from '../exchange/decision.ts';

/** The origins that a request may go to, and how they were found. */
export interface Selection {
  decision: Decision;
  /** In the order to try them. */
  origins: readonly Origin[];
  /** Absent: the request is in no session. */
  constraint?: SessionConstraint;
}

/** How a request's session limits the origins it may try. */
export interface SessionConstraint {
  /** The session's origin, which comes first. The request is not hedged. */
  kept: Origin | undefined;
  /** No other origin is tried, even if `kept` fails (`zero_downtime_failover` `none`). */
  only: boolean;
  /** The session's key, which decides every choice for its requests. Absent: a session begins. */
  key?: string;
  /** Finds the origins that follow once the first ones are used up. Called at most once. Absent: there are none. */
  rest?: () => Promise<Selection>;
}
