import { hopAddress } from '../../../shared/ip/hop_address.ts';
import { parseAddress } from '../../../shared/ip/parse_address.ts';
import { contains, type Range } from '../../../shared/ip/range.ts';
import { parseForwarded } from './forwarded.ts';
import { hostOf, type RequestUrl } from './request_url.ts';

/** The client as told by a peer that we trust. Tickets for proxies, rules and the `Secure` of cookies depend on it. */
export interface Client {
  /** The client's address. Empty if it is not known. */
  address: string;
  /** The scheme that the client used: towards the first trusted proxy, or towards this gateway if there is none. */
  scheme: 'http' | 'https';
  /** Host and port that the client asked for: `App.example.com:8443`. */
  host: string;
  /** The host in lower case, without port and without a final dot: `app.example.com`. */
  hostname: string;
  /** Address of the trusted proxy that the request came from. Absent: it came from the client itself. */
  proxy?: string;
}

/**
 * Finds the client of a request.
 *
 * The peer is the address in `CF-Connecting-IP`, which Cloudflare's edge overwrites. If the peer is not a trusted proxy, it is
 * the client. Otherwise its forwarding headers name the client: the rightmost hop that is not a trusted proxy. The client can
 * have forged everything further left. Scheme and host are the values that were written about that hop.
 *
 * `Forwarded` is read only if `X-Forwarded-For` says nothing. A proxy that writes `X-Forwarded-For` may pass on a `Forwarded`
 * that the client sent.
 *
 * @param url gives scheme and host where no trusted proxy does
 * @param trusted the balancer's `trusted_proxies`; undefined: none
 */
export function clientOf(headers: Headers, url: RequestUrl, trusted: readonly Range[] | undefined): Client {
  const peer = headers.get('cf-connecting-ip') ?? '';
  const scheme = url.origin.startsWith('https:') ? 'https' : 'http';
  const host = url.origin.slice(url.origin.indexOf('//') + 2);
  const seen: Client = { address: peer, scheme, host, hostname: url.host };
  if (trusted === undefined || !isTrusted(peer, trusted)) return seen;
  seen.proxy = peer;
  const { address, proto, authority } = readForwarding(headers, peer, trusted);
  const hostname = authority === undefined ? undefined : hostOf(authority);
  seen.address = address;
  seen.scheme = SCHEMES.get(proto?.toLowerCase()) ?? scheme;
  return authority === undefined || hostname === undefined ? seen : { ...seen, host: authority, hostname };
}

/** Schemes as proxies write them. Some write the scheme of a WebSocket. */
const SCHEMES: ReadonlyMap<string | undefined, Client['scheme']> = new Map([
  ['http', 'http'],
  ['https', 'https'],
  ['ws', 'http'],
  ['wss', 'https'],
]);

/** Reads what a trusted proxy says about the client. Scheme and host are returned as written. */
function readForwarding(headers: Headers, peer: string, trusted: readonly Range[]) {
  const chain = listOf(headers.get('x-forwarded-for')).reverse();
  const forwarded = headers.get('forwarded');
  // Cloudflare's edge adds the peer's address if the proxy sent no X-Forwarded-For.
  const silent = chain.length === 0 || (chain.length === 1 && hopAddress(chain[0] ?? '') === peer);
  const elements = silent && forwarded !== null ? parseForwarded(forwarded) : undefined;
  const hops = elements?.map((element) => element.for ?? '') ?? chain;
  const { address, depth } = clientAmong(hops, peer, trusted);
  const element = elements?.[depth - 1];
  return {
    address,
    proto: element?.proto ?? valueAt(headers.get('x-forwarded-proto'), depth),
    authority: element?.host ?? valueAt(headers.get('x-forwarded-host'), depth),
  };
}

/**
 * Finds the client in a chain of hops.
 * @param hops as proxies wrote them, the nearest first
 * @returns the client's address, and its depth: the number of hops up to it. A hop without an address (`unknown`) ends the
 *   chain, because nothing further left can be trusted. The client is then the last hop that could be parsed
 */
function clientAmong(hops: readonly string[], peer: string, trusted: readonly Range[]) {
  let address = peer;
  for (const [i, hop] of hops.entries()) {
    const next = hopAddress(hop);
    if (next === undefined) return { address, depth: i + 1 };
    address = next;
    if (!isTrusted(next, trusted)) return { address, depth: i + 1 };
  }
  return { address, depth: hops.length };
}

/**
 * Finds the value written about a hop in a list with one value per proxy. If proxies replace the list instead of adding to it,
 * it is shorter than the chain, and its leftmost value is about the client. The same holds if there is no chain.
 * @param depth of the hop, counted from the right; 0: there is no chain
 */
function valueAt(header: string | null, depth: number): string | undefined {
  const values = listOf(header);
  return values[depth === 0 ? 0 : Math.max(0, values.length - depth)];
}

/** Splits a list header into its elements, without empty ones (RFC 9110, 5.6.1). */
function listOf(header: string | null): string[] {
  const elements = (header ?? '').split(',').map((element) => element.trim());
  return elements.filter((element) => element !== '');
}

function isTrusted(text: string, trusted: readonly Range[]): boolean {
  const address = parseAddress(text);
  return address !== undefined && trusted.some((range) => contains(range, address));
}
