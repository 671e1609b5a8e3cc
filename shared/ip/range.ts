import { type Address, parseAddress } from './parse_address.ts';

/** Addresses that begin with the same bits. */
export interface Range {
  first: Address;
  /** Number of common bits: 0 to 32 for IPv4, 0 to 128 for IPv6. */
  bits: number;
}

/**
 * Parses a range in CIDR notation (RFC 4632, RFC 4291) or a single address. Bits after the prefix are ignored: `192.0.2.77/24`
 * is `192.0.2.0/24`.
 * @returns undefined: it is neither
 */
export function parseRange(text: string): Range | undefined {
  const [address = '', prefix, ...rest] = text.split('/');
  const first = parseAddress(address);
  if (first === undefined || rest.length > 0) return undefined;
  const most = first.length * 16;
  if (prefix === undefined) return { first, bits: most };
  if (!/^\d{1,3}$/.test(prefix)) return undefined;
  // The prefix of `::ffff:192.0.2.0/120` counts from the start of the IPv6 address.
  const bits = Number(prefix) - (first.length === 2 && address.includes(':') ? 96 : 0);
  return bits < 0 || bits > most ? undefined : { first, bits };
}

/** Whether an address is in a range. An IPv4 address is never in an IPv6 range, or an IPv6 address in an IPv4 range. */
export function contains({ first, bits }: Range, address: Address): boolean {
  if (address.length !== first.length) return false;
  let left = bits;
  for (let i = 0; left > 0; i++, left -= 16) {
    const behind = Math.max(16 - left, 0);
    if ((address[i] ?? 0) >> behind !== (first[i] ?? 0) >> behind) return false;
  }
  return true;
}
