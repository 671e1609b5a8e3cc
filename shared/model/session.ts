/** Session affinity of a balancer: clients stay on the origin that served them first. */
export interface Session {
  by: 'cookie' | 'ip_cookie' | 'header';
  /** Counted from the start of the session. A session by `header` does not end. */
  ttl_ms: number;
  /** How long a leaving origin keeps serving its sessions. Absent: see standing.ts. */
  drain_ms?: number;
  /**
   * When the session's origin fails a request: try no other origin (`none`), try others and keep the session (`temporary`), or
   * move the session to the origin that served (`sticky`).
   */
  zero_downtime_failover: 'none' | 'temporary' | 'sticky';
  /** Name of the cookie, different for each path of a host. */
  cookie: string;
  samesite: 'Auto' | 'Lax' | 'None' | 'Strict';
  secure: 'Auto' | 'Always' | 'Never';
  /** For `header`: names of headers in lower case, `cookie` (all cookies), or `cookie:a,b` (these). */
  headers: string[];
  /** Whether a request needs all of `headers` to be in a session. */
  require_all_headers: boolean;
}
