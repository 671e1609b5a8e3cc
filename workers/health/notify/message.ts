import type { Change } from './incident.ts';
import type { Subject } from './subjects.ts';

/** The body of a webhook request, in the payload format of Standard Webhooks. Times are ISO 8601. */
export interface Message {
  /** `origin.down`, `origin.up`, `pool.critical`, `monitor.down`, … */
  type: string;
  timestamp: string;
  data: {
    /** Id of the incident, the same from `opened` to `closed`. */
    incident: string;
    change: Change;
    opened_at: string;
    pool: string;
    origin?: string;
    monitor?: string;
    state: string;
    reason?: string;
    regions?: Record<string, string>;
  };
}

/** @param state the subject's current state */
export function messageOf(
  { kind, news: _news, ...subject }: Subject,
  state: string,
  incident: { id: string; opened_at: number; change: Change },
  now: number,
): Message {
  return {
    type: `${kind}.${state}`,
    timestamp: new Date(now).toISOString(),
    data: {
      incident: incident.id,
      change: incident.change,
      opened_at: new Date(incident.opened_at).toISOString(),
      ...subject,
      state,
    },
  };
}
