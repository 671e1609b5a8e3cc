import { parseAddress } from '../../shared/ip/parse_address.ts';
import { contains, type Range } from '../../shared/ip/range.ts';

/** Who sent a request, as far as anybody vouches for it. */
export interface Client {
  /** The client's address; empty if nobody told. */
  address: string;
  /** Who handed the request to us, where that is a trusted proxy and not the client: its forwarding headers count. */
  proxy?: string;
}

/**
 * The client is whom Cloudflare's edge saw, for it overwrites this header. Where that is a trusted proxy, it is the
 * rightmost hop in `X-Forwarded-For` that is none: what stands further left, the client wrote itself.
 *
 * @param trusted the balancer's `trusted_proxies`; undefined: none
 */
export function clientOf(headers: Headers, trusted: readonly Range[] | undefined): Client {
  const peer = headers.get('cf-connecting-ip') ?? '';
  if (trusted === undefined || !isTrusted(peer, trusted)) return { address: peer };
  return { address: clientBehind(peer, headers.get('x-forwarded-for') ?? '', trusted), proxy: peer };
}

function clientBehind(peer: string, chain: string, trusted: readonly Range[]): string {
  let client = peer;
  for (const hop of chain.split(',').reverse()) {
    const address = hop.trim();
    // What is no address, nobody can be told by: the hop that wrote it is the last known.
    if (parseAddress(address) === undefined) return client;
    client = address;
    if (!isTrusted(address, trusted)) return client;
  }
  return client;
}

function isTrusted(text: string, trusted: readonly Range[]): boolean {
  const address = parseAddress(text);
  return address !== undefined && trusted.some((range) => contains(range, address));
}
