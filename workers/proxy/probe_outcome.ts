import type { ProbeReason } from '../../shared/contracts/carrying.ts';

/** How a probe ended, before its duration is added. */
export interface ProbeOutcome {
  /** Why it failed. Absent: the origin is healthy. */
  reason?: ProbeReason;
  /** HTTP status; 0: there was no response. */
  status: number;
  /** When the response headers arrived or the connection opened, by `io.now()`. Absent: neither happened. */
  answered_at?: number;
}
