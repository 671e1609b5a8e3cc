import type { Expression } from '../rules/expression.ts';
import type { Hedging, Retry, Timeouts } from './retry.ts';
import type { Canary, Steering, SteeringOptions, Trial } from './steering.ts';
import type { FixedResponse, Maintenance, Mirror, RateLimit } from './traffic.ts';

/** One load balancer: a host and a path, and how requests for them are served. */
export interface Balancer extends Steering {
  id: string;
  /** `app.example.com`, `*.example.com` or `*`. */
  host: string;
  /** Path prefix: `/`, or without a trailing slash. */
  path: string;
  enabled: boolean;
  /** Absent: every option has its default (strategy_defaults.ts). */
  steering_options?: SteeringOptions;
  canary?: Canary;
  shadow?: Trial;
  retry: Retry;
  timeouts: Timeouts;
  /** Absent: every request gets a data point. */
  metrics?: Metrics;
  /** Absent: off. */
  hedging?: Hedging;
  /** Addresses and ranges of proxies whose `X-Forwarded-*` headers count. Absent: none. */
  trusted_proxies?: string[];
  /** Whether an origin's redirects to itself are rewritten to the client's host. Absent: they are. */
  rewrite_redirects?: false;
  /** Absent: no session affinity. */
  session?: Session;
  /** Absent: off. */
  maintenance?: Maintenance;
  /** Absent: no request is refused. */
  rate_limit?: RateLimit;
  /** Absent: no request is copied. */
  mirror?: Mirror;
  /** In the order in which they apply. Absent: none. */
  rules?: Rule[];
  /**
   * Pool sets in their order. The first whose condition holds applies, before the rules. They are not among the rules, because
   * a gateway of an older version would apply all that match; without this field it serves without them.
   */
  pool_sets?: Rule[];
  /** Those that apply to no request, for explanations alone. Absent: none. */
  unused_rules?: UnusedRule[];
}

/** What is recorded of requests. */
export interface Metrics {
  /** One in this many ordinary requests gets a data point. A whole number above 1. */
  one_in: number;
}

/** A condition, and what changes for the requests that meet it. */
export interface Rule {
  /** Unique in the balancer, over rules and pool sets. */
  name: string;
  /** Absent: always true. */
  condition?: Expression;
  /** Later rules are not evaluated when this one applies. */
  terminates?: true;
  overrides?: Overrides;
  /** Terminates. */
  fixed_response?: FixedResponse;
}

/** A pool set or rule that applies to no request. */
export interface UnusedRule {
  kind: 'pool_set' | 'rule';
  name: string;
  /** `never_true`: its condition is false for every request. */
  result: 'disabled' | 'never_true';
}

/** Fields that replace the balancer's own. */
export interface Overrides extends Partial<Steering> {
  /** null: no session affinity. */
  session?: Session | null;
}

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
