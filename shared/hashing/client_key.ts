import { parseAddress } from '../ip/parse_address.ts';
import { xxh64 } from './xxh64.ts';

const encoder = new TextEncoder();

/**
 * The key of one client, for code that tells clients apart by address. An IPv4 address is its own key. An IPv6 address is cut
 * to its /64, because one household or phone owns a whole /64 and changes the rest at will. An IPv4-mapped address
 * (`::ffff:192.0.2.1`) counts as the IPv4 address. Text that is not an address is its own key.
 *
 * `2001:db8:0:1::5` -> `2001:db8:0:1::/64`
 */
export function clientKey(address: string): string {
  if (!address.includes(':')) return address;
  const groups = parseAddress(address);
  if (groups === undefined) return address;
  if (groups.length === 2) return groups.flatMap((group) => [group >> 8, group & 0xff]).join('.');
  const network = groups.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}

/**
 * The number of a client in data points: 32 bits of the hash of its {@link clientKey}. 0: the address is not known.
 * It is only a pseudonym: anybody who has an address can find its rows. Among many clients, a few share a number.
 */
export function clientNumber(address: string): number {
  if (address === '') return 0;
  return Number(BigInt.asUintN(32, xxh64(encoder.encode(clientKey(address)), 0n)));
}

/**
 * Maps a key to a number in [0, 1), evenly and always the same. So a key that belongs to a share stays in it when the share
 * grows.
 * @param purpose numbers for different purposes are independent; otherwise the same keys would be in every share
 */
export function hashFraction(purpose: string, key: string): number {
  const hash = xxh64(encoder.encode(`${purpose}\n${key}`), 0n);
  return Number(hash >> 11n) / 2 ** 53;
}

/** {@link hashFraction} of a client. @param address the client's; IPv6 counts by its /64 */
export function clientFraction(purpose: string, address: string): number {
  return hashFraction(purpose, clientKey(address));
}
