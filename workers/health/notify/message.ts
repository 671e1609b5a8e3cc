import type { Change } from './incident.ts';
import type { Subject } from './subjects.ts';

/** What a webhook is sent, as Standard Webhooks lays out a payload: type, time, data. Times are ISO 8601. */
export interface Message {
  /** `origin.down`, `origin.up`, `pool.critical`, `monitor.down`, … */
  type: string;
  timestamp: string;
  data: {
    /** The same from `opened` to `closed`. */
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

/** Tells what has changed about a subject. @param state it is in now */
export function messageOf(
  { kind, news: _news, ...subject }: Subject,
  state: string,
  incident: { id: string; opened_at: number; change: Change },
  now: number,
): Message {
  return {
    type: `${kind}.${state}`,
    timestamp: iso(now),
    data: {
      incident: incident.id,
      change: incident.change,
      opened_at: iso(incident.opened_at),
      ...subject,
      state,
    },
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
