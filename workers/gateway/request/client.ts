import { hopAddress } from '../../../shared/ip/hop_address.ts';
import { parseAddress } from '../../../shared/ip/parse_address.ts';
import { contains, type Range } from '../../../shared/ip/range.ts';
import { parseForwarded } from './forwarded.ts';
import { hostOf, type RequestUrl } from './request_url.ts';

/**
 * Who sent a request and how the client spoke, as far as somebody we trust says so. Origins, rules and the `Secure` of cookies
 * all go by this.
 */
export interface Client {
  /** The client's address; empty if nobody told. */
  address: string;
  /** How the client spoke to the first of us: to a trusted proxy if there is one, else to this gateway. */
  scheme: 'http' | 'https';
  /** Host and port that the client asked for, as origins are told: `app.example.com:8443`. */
  host: string;
  /** The same in lower case, without port and without a final dot: `app.example.com`. */
  hostname: string;
  /** Address of the trusted proxy that handed the request to us. Absent: the client itself did. */
  proxy?: string;
}

/**
 * The client is the peer that Cloudflare's edge saw, because the edge overwrites `CF-Connecting-IP`. Where that is a
 * trusted proxy, its forwarding headers say who the client is.
 *
 * The client is then the rightmost hop that is no trusted proxy; the client itself wrote what stands further left. Scheme
 * and host are those that were written about this hop. `Forwarded` counts only where `X-Forwarded-For` says nothing: a
 * proxy that writes the one may pass on the other as a client sent it.
 *
 * @param url what the request itself says; it counts where no proxy says otherwise
 * @param trusted the balancer's `trusted_proxies`; undefined: none
 */
export function clientOf(headers: Headers, url: RequestUrl, trusted: readonly Range[] | undefined): Client {
  const peer = headers.get('cf-connecting-ip') ?? '';
  const scheme = url.origin.startsWith('https:') ? 'https' : 'http';
  const host = url.origin.slice(url.origin.indexOf('//') + 2);
  const seen: Client = { address: peer, scheme, host, hostname: url.host };
  if (trusted === undefined || !isTrusted(peer, trusted)) return seen;
  seen.proxy = peer;
  const { address, proto, authority } = saidBy(headers, peer, trusted);
  const hostname = authority === undefined ? undefined : hostOf(authority);
  seen.address = address;
  seen.scheme = SCHEMES.get(proto?.toLowerCase()) ?? scheme;
  return authority === undefined || hostname === undefined ? seen : { ...seen, host: authority, hostname };
}

/** Schemes as proxies write them. Some name that of a WebSocket. */
const SCHEMES: ReadonlyMap<string | undefined, Client['scheme']> = new Map([
  ['http', 'http'],
  ['https', 'https'],
  ['ws', 'http'],
  ['wss', 'https'],
]);

/** What a trusted proxy says about the client. Scheme and host are as written. */
function saidBy(headers: Headers, peer: string, trusted: readonly Range[]) {
  const chain = listOf(headers.get('x-forwarded-for')).reverse();
  const forwarded = headers.get('forwarded');
  // Cloudflare's edge writes the peer's address where the proxy wrote none.
  const silent = chain.length === 0 || (chain.length === 1 && hopAddress(chain[0] ?? '') === peer);
  if (silent && forwarded !== null) {
    const elements = parseForwarded(forwarded);
    const hops = elements.map((element) => element.for ?? '');
    const { address, depth } = clientAmong(hops, peer, trusted);
    const element = elements[depth - 1];
    return {
      address,
      proto: element?.proto ?? valueAt(headers.get('x-forwarded-proto'), depth),
      authority: element?.host ?? valueAt(headers.get('x-forwarded-host'), depth),
    };
  }
  const { address, depth } = clientAmong(chain, peer, trusted);
  return {
    address,
    proto: valueAt(headers.get('x-forwarded-proto'), depth),
    authority: valueAt(headers.get('x-forwarded-host'), depth),
  };
}

/**
 * Finds the client in a chain.
 * @param hops as proxies wrote them, the nearest first
 * @returns its address, and the number of hops up to it. A hop without an address (`unknown`) ends the chain, because
 *   nothing further left can be trusted: the address is then the last one that could be read
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
 * The value that was written about a hop in a list with one value per proxy. Where proxies replace it instead of adding
 * to it, the list is shorter than the chain and the leftmost value is the one about the client. So it is without a chain.
 * @param depth of the hop, from the right; 0: there is no chain
 */
function valueAt(header: string | null, depth: number): string | undefined {
  const values = listOf(header);
  return values[depth === 0 ? 0 : Math.max(0, values.length - depth)];
}

/** The elements of a list, be it in one line or in several. Empty ones count for nothing (RFC 9110, 5.6.1). */
function listOf(header: string | null): string[] {
  if (header === null) return [];
  return header
    .split(',')
    .map((element) => element.trim())
    .filter((element) => element !== '');
}

function isTrusted(text: string, trusted: readonly Range[]): boolean {
  const address = parseAddress(text);
  return address !== undefined && trusted.some((range) => contains(range, address));
}
