import { parseAddress } from '../ip/parse_address.ts';
import { xxh64 } from './xxh64.ts';

const encoder = new TextEncoder();

/**
 * What stands for one client wherever clients are told apart by address: an IPv4 address is its own key, an IPv6
 * address is cut to its /64, for one household or phone owns a whole /64 and changes the rest at will. An
 * IPv4-mapped address (`::ffff:192.0.2.1`) is the IPv4 address. What is not an address is its own key.
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
 * A number that stands for one client in data points: 32 bits of the hash of its {@link clientKey}; 0: not known.
 * A pseudonym and no more: who has an address can find its rows, and a few of many clients share a number.
 */
export function clientNumber(address: string): number {
  if (address === '') return 0;
  return Number(BigInt.asUintN(32, xxh64(encoder.encode(clientKey(address)), 0n)));
}
