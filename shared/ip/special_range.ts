import { parseAddress } from './parse_address.ts';
import { contains, parseRange } from './range.ts';

/** Blocks without hosts of the public internet (RFC 6890 and IANA's two registries of special-purpose addresses). */
const BLOCKS = (
  [
    ['0.0.0.0/8', 'this network'],
    ['10.0.0.0/8', 'private'],
    ['100.64.0.0/10', 'carrier-grade NAT'],
    ['127.0.0.0/8', 'loopback'],
    ['169.254.169.254', 'a cloud metadata service'],
    ['169.254.0.0/16', 'link-local'],
    ['172.16.0.0/12', 'private'],
    ['192.0.0.0/24', 'reserved'],
    ['192.168.0.0/16', 'private'],
    ['198.18.0.0/15', 'reserved for benchmarks'],
    ['224.0.0.0/4', 'multicast'],
    ['240.0.0.0/4', 'reserved'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    // EC2's, the only one that is not link-local.
    ['fd00:ec2::254', 'a cloud metadata service'],
    ['fc00::/7', 'private'],
    ['fe80::/10', 'link-local'],
    ['ff00::/8', 'multicast'],
  ] as const
).flatMap(([text, what]) => {
  const range = parseRange(text);
  return range === undefined ? [] : [{ range, what }];
});

/**
 * The special purpose of an address: `private`, `loopback`, …
 * @returns undefined: it is a public address, or not an address
 */
export function specialRange(text: string): string | undefined {
  const address = parseAddress(text);
  return address && BLOCKS.find(({ range }) => contains(range, address))?.what;
}
