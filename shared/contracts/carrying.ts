import type { OriginId } from '../model/ids.ts';

/**
 * Header in which the gateway hands a {@link Ticket} to a proxy, as JSON. The gateway always sets it, which
 * overwrites whatever a client sent under that name; the proxy removes it before the origin sees the request.
 */
export const TICKET_HEADER = 'plimsoll-ticket';

/**
 * Header in which a proxy reports a {@link Failure} to the gateway, as JSON. Only a proxy sets it: it removes
 * the header from what an origin sends, and the gateway removes it from what a client gets.
 */
export const FAILURE_HEADER = 'plimsoll-failure';

/**
 * Beside a failure header, a status from here on is an answer that Cloudflare gave in an origin's stead, to be
 * delivered when no other origin is left. A lower one is the proxy's own: nobody answered.
 */
export const STAND_IN_STATUS = 520;

/**
 * Headers in which an origin reports its load (ORCA): text or JSON, and base64 of the protobuf message, which wins.
 * They end at the gateway.
 */
export const LOAD_HEADERS = ['endpoint-load-metrics', 'endpoint-load-metrics-bin'] as const;

/** Header by which an origin knows a copy: `plimsoll-mirror: 1`. No client can send it. */
export const MIRROR_HEADER = 'plimsoll-mirror';

/** What a proxy needs beside the request, whose URL is already the origin's. */
export interface Ticket {
  origin: OriginId;
  /** 1 for the first attempt of a request. */
  attempt: number;
  /**
   * Time until response headers, after which the proxy gives up with outcome `timeout`. 0: no limit, for an upload
   * whose end only the gateway sees.
   */
  first_byte_ms: number;
  /** `Host` for the origin when it is not the URL's: the origin's `header.Host`. */
  host?: string;
  /** The client's address, empty if the platform did not tell. */
  client_address: string;
  /** Address of the trusted proxy that the request came through. Its chain of hops is kept, and this address added to it. */
  trusted_proxy?: string;
  /** Whether the gateway wants the origin's load report, which the proxy takes off otherwise. */
  report?: true;
  /** A copy of a request that has been answered: the origin is told by {@link MIRROR_HEADER}. */
  mirror?: true;
  /**
   * Scheme and authority of the URL the client used, as the gateway found out: `https://app.example.com`. A trusted
   * proxy's word is in it already.
   */
  client_origin: string;
  /**
   * Whether the proxy puts the client's scheme and authority in place of the origin's in `Location`, `Content-Location`
   * and `Refresh`, and the other way in `Destination`. Absent: it does.
   */
  rewrite_redirects?: false;
}

/** How one attempt ended when the origin gave no usable answer. */
export interface Failure {
  outcome: FailureOutcome;
  /**
   * False only if it is proved that the origin's application never saw the request (refused, unreachable, no
   * TLS, no DNS): then even a POST may go to the next origin.
   */
  reached: boolean;
}

export type FailureOutcome =
  /** Refused, unreachable, no DNS or no TLS: no connection came about. */
  | 'connect_failed'
  /** No response headers within `first_byte_ms`. */
  | 'timeout'
  /** The connection ended, or what came was not HTTP, before response headers. */
  | 'connection_lost'
  /** The request had been through this balancer before (RFC 8586). Not retried. */
  | 'loop'
  /** The proxy itself failed or is missing. */
  | 'proxy_failed';

/** How a whole request ended, for its data point. */
export type Outcome =
  | FailureOutcome
  /** An origin's answer was delivered, whatever its status. */
  | 'ok'
  /** The answer had a status of `retry.on_status` and no other origin was left to try. */
  | 'error_status'
  /** The origin's answer broke off in the body. */
  | 'cut_short'
  /** The client went away before it had the whole answer. */
  | 'client_gone'
  /** The client's request could not be read to its end, or is malformed. */
  | 'bad_request'
  /** No load balancer for this host and path. */
  | 'no_match'
  /** More requests than `rate_limit` allows. */
  | 'limited'
  /** The balancer is in maintenance: no origin was asked. */
  | 'maintenance'
  /** A rule answered: no origin was asked. */
  | 'fixed_response'
  /** Matched, but there is no origin to try. */
  | 'no_origin'
  /** Every origin has as many requests in flight as its pool's breaker allows. */
  | 'overloaded'
  /** A defect in the gateway itself. */
  | 'internal_error';

/** A probe of one origin, asked of a proxy by the health Worker (RPC `probe`). */
export interface ProbeOrder {
  origin: OriginId;
  type: 'http' | 'https' | 'tcp';
  /** Hostname or address, without port. */
  address: string;
  port: number;
  /** For http and https: `GET`, `HEAD`, … */
  method: string;
  path: string;
  /** Host and further request headers; names in any case. */
  headers: Record<string, string>;
  expected_codes: string;
  /** Case-insensitive substring of the first 10 KB; empty: not looked at. */
  expected_body: string;
  follow_redirects: boolean;
  timeout_ms: number;
  /** Where the prober is, for the origin's log; absent: nobody chose. */
  region?: string;
}

/** What a probe saw. */
export interface ProbeResult {
  healthy: boolean;
  /** Absent when healthy. */
  reason?: ProbeReason;
  /** HTTP status, 0 when there was none. */
  status: number;
  /** Until response headers (http, https) or until connected (tcp). */
  rtt_ms: number;
}

/** Why a probe failed: Cloudflare's failure reasons, one each. */
export const PROBE_REASONS = [
  'tcp_connection_failed',
  'tcp_timeout',
  'http_timeout',
  'response_code_mismatch',
  'response_body_mismatch',
  'tls_untrusted',
  'tls_name_mismatch',
  'tls_protocol',
  'tls_unrecognized_name',
  'tls_handshake_failed',
  'no_route',
  'network_unreachable',
  'http_invalid_response',
  'dns_unknown_host',
  'dns_internal',
  'connection_reset',
  'monitor_config_error',
  'other',
] as const;
export type ProbeReason = (typeof PROBE_REASONS)[number];

/** A proxy's RPC interface, on its entrypoint `Probes`. */
export interface Prober {
  probe(order: ProbeOrder): Promise<ProbeResult>;
}
