// What a balancer does with requests besides steering them: refuse, copy, or answer them itself.

/** What a rate limit counts requests by. */
export type RateLimitKey = 'balancer' | 'client_address' | `header:${string}` | `cookie:${string}`;

/** A limit on requests. The limiter in wrangler.gateway.toml has the rate. */
export interface RateLimit {
  /** The gateway's binding to the limiter: `RATE_LIMIT`, `RATE_LIMIT_API`. */
  binding: string;
  by: RateLimitKey;
  retry_after_s: number;
}

/** Copies of requests to another pool. */
export interface Mirror {
  /** Id of the pool. */
  pool: string;
  /** Share of the requests that is copied, 0 to 100. */
  percent: number;
  /** Requests with a longer body are not copied. */
  max_body_bytes: number;
  methods: string[];
}

/** The page that answers every request while `enabled`, with status 503. */
export interface Maintenance {
  enabled: boolean;
  retry_after_s: number;
  message_body: string;
  content_type: string;
}

/** An answer that a rule gives without asking an origin. */
export interface FixedResponse {
  status_code: number;
  content_type: string;
  message_body: string;
  /** For redirects. */
  location?: string;
}
