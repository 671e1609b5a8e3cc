import type { OriginId } from '../model/ids.ts';

/**
 * Header in which the gateway passes a {@link Ticket} to a proxy, as JSON. The gateway always sets it, so a client cannot forge
 * one. The proxy removes it before the origin sees the request.
 */
export const TICKET_HEADER = 'plimsoll-ticket';

/**
 * Header in which a proxy reports a {@link Failure} to the gateway, as JSON. A proxy removes it from an origin's response, so an
 * origin cannot forge one. The gateway removes it before the client sees the response.
 */
export const FAILURE_HEADER = 'plimsoll-failure';

/**
 * Next to a failure header, a status of at least this marks a response that Cloudflare generated in place of the origin. The
 * gateway delivers it if no other origin is left. A lower status comes from the proxy itself: there was no response.
 */
export const STAND_IN_STATUS = 520;

/**
 * Headers in which an origin reports its load (ORCA): the first as text or JSON, the second as base64 of the protobuf message.
 * If both are present, the second counts. They never reach a client.
 */
export const LOAD_HEADERS = ['endpoint-load-metrics', 'endpoint-load-metrics-bin'] as const;

/** Header that tells an origin that a request is a copy: `plimsoll-mirror: 1`. A client cannot forge it. */
export const MIRROR_HEADER = 'plimsoll-mirror';

/**
 * What a proxy needs to know apart from the request, whose URL is already the origin's.
 * @example
 * {
 *   origin: 'eu/eu-1',
 *   attempt: 1,
 *   first_byte_ms: 30_000,
 *   host: 'shop.internal.example',
 *   client_address: '203.0.113.7',
 *   client_origin: 'https://shop.example.com',
 * }
 */
export interface Ticket {
  origin: OriginId;
  /** 1 for the first attempt of a request. */
  attempt: number;
  /**
   * Time limit for the response headers, after which the proxy gives up with the outcome `timeout`. 0: no limit, for an upload,
   * whose end only the gateway sees.
   */
  first_byte_ms: number;
  /** `Host` for the origin, from its `header.Host`. Absent: the URL's host. */
  host?: string;
  /** The client's address. Empty: not known. */
  client_address: string;
  /** Address of the trusted proxy that sent the request. The proxy Worker keeps its chain of hops and appends this address. */
  trusted_proxy?: string;
  /** The gateway wants the origin's load report. Absent: the proxy removes the report. */
  report?: true;
  /** The request is a mirrored copy. The proxy tells the origin with {@link MIRROR_HEADER}. */
  mirror?: true;
  /** Scheme and authority of the URL that the client used. Already considers what a trusted proxy says. */
  client_origin: string;
  /**
   * Absent: the proxy replaces the origin's scheme and authority with the client's in `Location`, `Content-Location` and `Refresh`,
   * and the client's with the origin's in `Destination`.
   */
  rewrite_redirects?: false;
}

/** Why an attempt got no usable response from the origin: `{ outcome: 'connect_failed', reached: false }`. */
export interface Failure {
  outcome: FailureOutcome;
  /**
   * False only if it is proved that the application never saw the request (refused, unreachable, no TLS, no DNS). Then even a POST
   * may go to the next origin.
   */
  reached: boolean;
}

export type FailureOutcome =
  /** No connection: refused, unreachable, no DNS or no TLS. */
  | 'connect_failed'
  /** No response headers within `first_byte_ms`. */
  | 'timeout'
  /** Before the response headers, the connection ended or carried something other than HTTP. */
  | 'connection_lost'
  /** The request has passed this balancer before (RFC 8586). Not retried. */
  | 'loop'
  /** The proxy failed or is not bound. */
  | 'proxy_failed';

/** How a whole request ended, for its data point. */
export type Outcome =
  | FailureOutcome
  /** An origin's response was delivered, whatever its status. */
  | 'ok'
  /** The response had a status of `retry.on_status`, and no other origin was left to try. */
  | 'error_status'
  /** The origin's response broke off in the body. */
  | 'cut_short'
  /** The client left before it had the whole response. */
  | 'client_gone'
  /** The request is malformed, or its body broke off. */
  | 'bad_request'
  /** No load balancer matches the host and path. */
  | 'no_match'
  /** The request exceeded `rate_limit`. */
  | 'limited'
  /** The balancer is in maintenance. No origin was asked. */
  | 'maintenance'
  /** A rule answered. No origin was asked. */
  | 'fixed_response'
  /** A balancer matched, but there is no origin to try. */
  | 'no_origin'
  /** Every origin has reached its pool's limit of requests in flight. */
  | 'overloaded'
  /** A bug in the gateway. */
  | 'internal_error';

/** A probe of one origin. The health Worker passes it to a proxy (RPC `probe`). */
export interface ProbeOrder {
  origin: OriginId;
  type: 'http' | 'https' | 'tcp';
  /** Hostname or address, without port. */
  address: string;
  port: number;
  /** For http and https: `GET`, `HEAD`, … */
  method: string;
  path: string;
  /** Request headers including `Host`. Names are case-insensitive. */
  headers: Record<string, string>;
  /** `200`, `2xx`, `200,301-308`, … */
  expected_codes: string;
  /** Text to find in the first 10 KB of the body, case-insensitively. Empty: any body. */
  expected_body: string;
  follow_redirects: boolean;
  timeout_ms: number;
  /** Where the prober is, for the origin's log. Absent: no region was configured. */
  region?: string;
}

/** The result of a probe. */
export interface ProbeResult {
  healthy: boolean;
  /** Absent when healthy. */
  reason?: ProbeReason;
  /** HTTP status. 0: there was no response. */
  status: number;
  /** Time until the response headers (http, https) or the connection (tcp). */
  rtt_ms: number;
}

/** Why a probe failed. The values are Cloudflare's failure reasons. */
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
