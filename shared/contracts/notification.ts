/** A change that webhooks are told about, in the payload format of Standard Webhooks. Times are ISO 8601. */
export interface Message {
  /** `origin.down`, `origin.up`, `pool.critical`, `monitor.down`, … */
  type: string;
  timestamp: string;
  data: {
    /** Id of the incident, the same from `opened` to `closed`. */
    incident: string;
    change: 'opened' | 'changed' | 'closed';
    opened_at: string;
    pool: string;
    origin?: string;
    monitor?: string;
    state: string;
    reason?: string;
    regions?: Record<string, string>;
  };
}
