import {
  FAILURE_HEADER,
  LOAD_HEADERS,
  MIRROR_HEADER,
  TICKET_HEADER,
  type Ticket,
} from '../../shared/contracts/carrying.ts';
import { withoutOurCookies } from '../../shared/session/cookies.ts';
import { CLAIMS } from './claims.ts';

/** Belong to one connection, not to the message (RFC 9110 §7.6.1), in both directions. */
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
 * Request headers that never go to an origin as they came. Headers that begin with `Plimsoll-` do not either. {@link CLAIMS}
 * and `X-Forwarded-*` do so only through a trusted proxy.
 */
const NOT_FOR_ORIGINS = new Set([
  ...HOP_BY_HOP,
  // Rebuilt from the ticket.
  'forwarded',
  // No standard has it, and CGI makes it the variable HTTP_PROXY, by which programs choose a proxy of their own
  // (CVE-2016-5385 and its siblings).
  'proxy',
  // What `wrangler dev` takes a request's place from; nothing elsewhere.
  'mf-cf-blob',
  // They choose versions of Workers, which neither clients nor origins may do.
  'cloudflare-workers-version-key',
  'cloudflare-workers-version-overrides',
]);

/** Response headers that end here. `Alt-Svc` names another way to the origin, past this balancer. */
const NOT_FOR_CLIENTS: readonly string[] = [...HOP_BY_HOP, 'alt-svc', FAILURE_HEADER, TICKET_HEADER];
const NOT_FOR_GATEWAYS: readonly string[] = [...NOT_FOR_CLIENTS, ...LOAD_HEADERS];

/** RFC 9110 §7.6.3. The version is what nearly all intermediaries write, whatever the client spoke. */
const VIA = '1.1 plimsoll';

/**
 * Makes a request's headers fit for an origin. Headers that belong to the connection or cannot be trusted are removed, then
 * those that the platform vouches for are set. In that order, `Connection: X-Forwarded-For` cannot remove what was set.
 * @param received as they came
 * @param outgoing a copy of them, which is changed
 */
export function originHeaders(received: Headers, outgoing: Headers, ticket: Ticket, loop_id: string): void {
  const trusted = ticket.trusted_proxy !== undefined;
  // forEach costs half of what an iterator does, on every request.
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
  // Cloudflare's edge overwrites it with the peer's address, and tells an origin of the same zone what stands in it as
  // CF-Connecting-IP. https://developers.cloudflare.com/fundamentals/reference/http-headers/
  if (trusted && outgoing.has('x-real-ip')) outgoing.set('x-real-ip', ticket.client_address);
  outgoing.set('x-forwarded-proto', proto);
  outgoing.set('x-forwarded-host', host);
  outgoing.set('forwarded', forwarded(ticket.client_address, host, proto));
  if (ticket.mirror) outgoing.set(MIRROR_HEADER, '1');
  outgoing.append('via', VIA);
  outgoing.append('cdn-loop', loop_id);
}

/** Takes the gateway's session cookies away; the client's others stay byte for byte. */
function withoutSessions(headers: Headers): void {
  const received = headers.get('cookie');
  if (received === null) return;
  const cookies = withoutOurCookies(received);
  if (cookies === '') headers.delete('cookie');
  else if (cookies !== received) headers.set('cookie', cookies);
}

/** Whether a request header goes to an origin as it came. */
function isForOrigins(name: string, trusted: boolean): boolean {
  // CGI and its heirs read `X_Forwarded_For` as if it were `X-Forwarded-For`; lighttpd does so with any sign.
  if (UNUSUAL_SIGN.test(name)) return !isReserved(name.replaceAll(UNUSUAL_SIGNS, '-'));
  if (NOT_FOR_ORIGINS.has(name) || name.startsWith('plimsoll-')) return false;
  return trusted || !(CLAIMS.has(name) || name.startsWith('x-forwarded-'));
}

/** What a name may have besides letters, digits and hyphens (RFC 9110, 5.6.2). */
const UNUSUAL_SIGN = /[^a-z0-9-]/;
const UNUSUAL_SIGNS = /[^a-z0-9-]/g;

/** Whether an origin takes a header for ours, the platform's or a trusted proxy's word. */
function isReserved(name: string): boolean {
  return (
    NOT_FOR_ORIGINS.has(name) ||
    CLAIMS.has(name) ||
    /^(x-forwarded-|plimsoll-|cf-|host$|content-length$)/.test(name)
  );
}

/**
 * The chain as trusted proxies wrote it, with the proxy that handed the request over at its end. Cloudflare's edge may have put
 * it there already. Where the proxies named the client in `Forwarded` alone, the chain begins with the client.
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
 * Meant for all recipients (RFC 9110 §7.6.1), so that no Connection may take them away: what a hop in front has put
 * into them, an origin relies on. CDN-Loop besides, by RFC 8586 §2.
 */
const FOR_ALL = /^(upgrade|host|content-length|authorization|cookie|via|cdn-loop|cf-.*)$/;

/** Removes the headers that a Connection header names; a WebSocket's `Upgrade` stays. */
function removeNamed(headers: Headers, connection: string): void {
  for (const part of connection.split(',')) {
    const name = part.trim().toLowerCase();
    // Anything but a token is no header's name, and the runtime would throw.
    if (!FOR_ALL.test(name) && /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) headers.delete(name);
  }
}

function isWebSocket(headers: Headers): boolean {
  return headers.get('upgrade')?.toLowerCase() === 'websocket';
}

/** RFC 7239. What holds a colon is no token and stands in quotes; an IPv6 address in brackets besides. */
function forwarded(address: string, host: string, proto: string): string {
  const node = address === '' ? 'unknown' : address.includes(':') ? `"[${address}]"` : address;
  return `for=${node};host=${/[:[\]]/.test(host) ? `"${host}"` : host};proto=${proto}`;
}

/** Whether a request has been through this balancer before (RFC 8586): its id is in CDN-Loop. */
export function hasPassed(headers: Headers, loop_id: string): boolean {
  const loop = headers.get('cdn-loop');
  if (loop === null) return false;
  const id = loop_id.toLowerCase();
  return loop.split(',').some((info) => info.split(';', 1)[0]?.trim().toLowerCase() === id);
}

/**
 * An origin's answer without what belongs to the connection. The answer itself where there is nothing to
 * remove, which is nearly always: another Response would cost every request.
 * @param keep_report the gateway has asked for the origin's load report, and takes it off itself
 */
export function cleanResponse(response: Response, keep_report = false): Response {
  // A WebSocket's answer is a handshake: it cannot be copied and is all connection.
  if (response.webSocket) return response;
  const found = (keep_report ? NOT_FOR_CLIENTS : NOT_FOR_GATEWAYS).filter((name) =>
    response.headers.has(name),
  );
  if (found.length === 0) return response;
  const cleaned = new Response(response.body, response);
  removeNamed(cleaned.headers, response.headers.get('connection') ?? '');
  for (const name of found) cleaned.headers.delete(name);
  // Chunks say where the body ends. RFC 9112 §6.3 requires to ignore and remove a length beside them.
  if (found.includes('transfer-encoding')) cleaned.headers.delete('content-length');
  return cleaned;
}
