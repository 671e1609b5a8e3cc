import {
  FAILURE_HEADER,
  LOAD_HEADERS,
  MIRROR_HEADER,
  TICKET_HEADER,
  type Ticket,
} from '../../shared/contracts/carrying.ts';
import { withoutOurCookies } from '../../shared/session/cookies.ts';
import { CLAIMS } from './claims.ts';

/** Headers of one connection, not of the message, in both directions (RFC 9110 §7.6.1). */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/**
 * Request headers that never reach an origin unchanged; neither does `Plimsoll-*`. {@link CLAIMS} and `X-Forwarded-*` do
 * only from a trusted proxy.
 */
const NOT_FOR_ORIGINS = new Set([
  ...HOP_BY_HOP,
  // Rebuilt from the ticket.
  'forwarded',
  // Not a standard header. CGI turns it into the variable HTTP_PROXY, which makes programs use that proxy (CVE-2016-5385).
  'proxy',
  // `wrangler dev` reads `request.cf` from it. It has no meaning elsewhere.
  'mf-cf-blob',
  // They select versions of Workers. Clients and origins must not.
  'cloudflare-workers-version-key',
  'cloudflare-workers-version-overrides',
]);

/** Response headers that never reach a client. `Alt-Svc` names a route to the origin that bypasses this balancer. */
const NOT_FOR_CLIENTS: readonly string[] = [...HOP_BY_HOP, 'alt-svc', FAILURE_HEADER, TICKET_HEADER];
const NOT_FOR_GATEWAYS: readonly string[] = [...NOT_FOR_CLIENTS, ...LOAD_HEADERS];

/** RFC 9110 §7.6.3. Nearly all intermediaries write 1.1, whatever version the client used. */
const VIA = '1.1 plimsoll';

/**
 * Turns a client's headers into those for an origin. First removes headers that belong to the connection or cannot be trusted,
 * then sets the trusted ones. In this order, `Connection: X-Forwarded-For` cannot remove what is set here.
 * @param received the client's headers, left unchanged
 * @param outgoing a copy of them, modified in place
 * @param loop_id what to add to `CDN-Loop`
 */
export function originHeaders(received: Headers, outgoing: Headers, ticket: Ticket, loop_id: string): void {
  const trusted = ticket.trusted_proxy !== undefined;
  // forEach costs half as much as an iterator, on every request.
  received.forEach((value, name) => {
    if (isForOrigins(name, trusted)) return;
    if (name === 'connection') removeNamed(outgoing, value);
    else if (name === 'upgrade' && isWebSocket(received)) return;
    outgoing.delete(name);
  });
  withoutSessions(outgoing);
  if (/(^|,)\s*trailers\s*(;|,|$)/i.test(received.get('te') ?? '')) outgoing.set('te', 'trailers');

  const colon = ticket.client_origin.indexOf('://');
  const proto = ticket.client_origin.slice(0, colon);
  const host = ticket.client_origin.slice(colon + 3);
  const hops = trusted ? chainOf(received.get('x-forwarded-for'), ticket) : ticket.client_address;
  if (hops !== '') outgoing.set('x-forwarded-for', hops);
  // Cloudflare's edge overwrites it with the peer's address, and sends its value to an origin of the same zone as
  // CF-Connecting-IP. https://developers.cloudflare.com/fundamentals/reference/http-headers/
  if (trusted && outgoing.has('x-real-ip')) outgoing.set('x-real-ip', ticket.client_address);
  outgoing.set('x-forwarded-proto', proto);
  outgoing.set('x-forwarded-host', host);
  outgoing.set('forwarded', forwarded(ticket.client_address, host, proto));
  if (ticket.mirror) outgoing.set(MIRROR_HEADER, '1');
  outgoing.append('via', VIA);
  outgoing.append('cdn-loop', loop_id);
}

/** Removes the gateway's session cookies. The client's other cookies stay byte for byte. */
function withoutSessions(headers: Headers): void {
  const received = headers.get('cookie');
  if (received === null) return;
  const cookies = withoutOurCookies(received);
  if (cookies === '') headers.delete('cookie');
  else if (cookies !== received) headers.set('cookie', cookies);
}

/** Whether a request header reaches an origin unchanged. */
function isForOrigins(name: string, trusted: boolean): boolean {
  // CGI and its successors read `X_Forwarded_For` as `X-Forwarded-For`. lighttpd does so for any such character.
  if (UNUSUAL_SIGN.test(name)) return !isReserved(name.replaceAll(UNUSUAL_SIGNS, '-'));
  if (NOT_FOR_ORIGINS.has(name) || name.startsWith('plimsoll-')) return false;
  return trusted || !(CLAIMS.has(name) || name.startsWith('x-forwarded-'));
}

/** Characters of a header name other than letters, digits and hyphens (RFC 9110 §5.6.2). */
const UNUSUAL_SIGN = /[^a-z0-9-]/;
const UNUSUAL_SIGNS = /[^a-z0-9-]/g;

/** Whether an origin would take this header for one of ours, the platform's or a trusted proxy's. */
function isReserved(name: string): boolean {
  return (
    NOT_FOR_ORIGINS.has(name) ||
    CLAIMS.has(name) ||
    /^(x-forwarded-|plimsoll-|cf-|host$|content-length$)/.test(name)
  );
}

/**
 * The chain of the trusted proxies, ending with the proxy that sent the request here. Cloudflare's edge may already have
 * appended that proxy. If the proxies named the client only in `Forwarded`, the chain starts with the client.
 */
function chainOf(
  received: string | null,
  { client_address, trusted_proxy = '' }: Pick<Ticket, 'client_address' | 'trusted_proxy'>,
): string {
  const chain = received?.trim() ?? '';
  if (chain === '' || chain === trusted_proxy)
    return client_address === trusted_proxy ? trusted_proxy : `${client_address}, ${trusted_proxy}`;
  return chain.slice(chain.lastIndexOf(',') + 1).trim() === trusted_proxy
    ? chain
    : `${chain}, ${trusted_proxy}`;
}

/**
 * Headers for all recipients, which `Connection` must not remove, because origins rely on what an earlier hop set in them
 * (RFC 9110 §7.6.1). RFC 8586 §2 adds `CDN-Loop`.
 */
const FOR_ALL = /^(upgrade|host|content-length|authorization|cookie|via|cdn-loop|cf-.*)$/;

/** Removes the headers that `Connection` names, except the `Upgrade` of a WebSocket. */
function removeNamed(headers: Headers, connection: string): void {
  for (const part of connection.split(',')) {
    const name = part.trim().toLowerCase();
    // A name that is not a token would make the runtime throw.
    if (!FOR_ALL.test(name) && /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) headers.delete(name);
  }
}

function isWebSocket(headers: Headers): boolean {
  return headers.get('upgrade')?.toLowerCase() === 'websocket';
}

/** `Forwarded` (RFC 7239). A value with a colon is quoted; an IPv6 address is also bracketed. */
function forwarded(address: string, host: string, proto: string): string {
  const node = address === '' ? 'unknown' : address.includes(':') ? `"[${address}]"` : address;
  return `for=${node};host=${/[:[\]]/.test(host) ? `"${host}"` : host};proto=${proto}`;
}

/** Whether a request has passed this balancer before: `CDN-Loop` contains its id (RFC 8586). */
export function hasPassed(headers: Headers, loop_id: string): boolean {
  const loop = headers.get('cdn-loop');
  if (loop === null) return false;
  const id = loop_id.toLowerCase();
  return loop.split(',').some((info) => info.split(';', 1)[0]?.trim().toLowerCase() === id);
}

/**
 * Removes connection headers and ours from an origin's response.
 * @param keep_report keep the origin's load report, because the gateway wants it and removes it itself
 * @returns `response` itself if there is nothing to remove, which is the usual case: a copy would cost every request
 */
export function cleanResponse(response: Response, keep_report = false): Response {
  // A WebSocket handshake cannot be copied, and all its headers belong to the connection.
  if (response.webSocket) return response;
  const found = (keep_report ? NOT_FOR_CLIENTS : NOT_FOR_GATEWAYS).filter((name) =>
    response.headers.has(name),
  );
  if (found.length === 0) return response;
  const cleaned = new Response(response.body, response);
  removeNamed(cleaned.headers, response.headers.get('connection') ?? '');
  for (const name of found) cleaned.headers.delete(name);
  // Chunks mark the end of the body. RFC 9112 §6.3 requires that a length next to them is ignored and removed.
  if (found.includes('transfer-encoding')) cleaned.headers.delete('content-length');
  return cleaned;
}
