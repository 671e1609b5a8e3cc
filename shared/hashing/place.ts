import { clientKey } from './client_key.ts';
import { xxh64 } from './xxh64.ts';

const encoder = new TextEncoder();

/**
 * Maps a key to a number in [0, 1), evenly and always the same. So a key that belongs to a share stays in it when the share
 * grows.
 * @param purpose numbers for different purposes are independent; otherwise the same keys would be in every share
 */
export function hashFraction(purpose: string, key: string): number {
  const hash = xxh64(encoder.encode(`${purpose}\n${key}`), 0n);
  return Number(hash >> 11n) / 2 ** 53;
}

/**
 * {@link hashFraction} of a client.
 * @param address the client's; IPv6 counts by its /64
 */
export function clientFraction(purpose: string, address: string): number {
  return hashFraction(purpose, clientKey(address));
}
