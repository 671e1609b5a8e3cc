import { clientKey } from '../client_key.ts';
import { xxh64 } from './xxh64.ts';

const encoder = new TextEncoder();

/**
 * Where a client stands between 0 and 1 (1 excluded), evenly and always in the same place: who belongs to a share
 * stays in it when the share grows.
 * @param purpose what it is for: places for two purposes have nothing to do with each other, or the same clients would
 *   be in every share
 * @param address the client's; IPv6 counts by its /64
 */
export function placeOf(purpose: string, address: string): number {
  const hash = xxh64(encoder.encode(`${purpose}\n${clientKey(address)}`), 0n);
  return Number(hash >> 11n) / 2 ** 53;
}
