// xxHash, 64 bits: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
// BigInt makes it exact but slow. Use it for tables that are built once, not for every request.

const PRIME_1 = 0x9e3779b185ebca87n;
const PRIME_2 = 0xc2b2ae3d27d4eb4fn;
const PRIME_3 = 0x165667b19e3779f9n;
const PRIME_4 = 0x85ebca77c2b2ae63n;
const PRIME_5 = 0x27d4eb2f165667c5n;

const wrap = (value: bigint) => BigInt.asUintN(64, value);
const rotate = (value: bigint, bits: bigint) => wrap((value << bits) | (value >> (64n - bits)));
const round = (lane: bigint, input: bigint) => wrap(rotate(wrap(lane + input * PRIME_2), 31n) * PRIME_1);
const merge = (hash: bigint, lane: bigint) => wrap((hash ^ round(0n, lane)) * PRIME_1 + PRIME_4);

/**
 * The 64-bit xxHash of `bytes`, as an unsigned number. Envoy's Maglev tables are built from it.
 * @param seed unsigned, 64 bits
 */
export function xxh64(bytes: Uint8Array, seed: bigint): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length;
  let at = 0;
  let hash: bigint;

  if (end >= 32) {
    let a = wrap(seed + PRIME_1 + PRIME_2);
    let b = wrap(seed + PRIME_2);
    let c = seed;
    let d = wrap(seed - PRIME_1);
    for (; at + 32 <= end; at += 32) {
      a = round(a, view.getBigUint64(at, true));
      b = round(b, view.getBigUint64(at + 8, true));
      c = round(c, view.getBigUint64(at + 16, true));
      d = round(d, view.getBigUint64(at + 24, true));
    }
    hash = wrap(rotate(a, 1n) + rotate(b, 7n) + rotate(c, 12n) + rotate(d, 18n));
    for (const lane of [a, b, c, d]) hash = merge(hash, lane);
  } else {
    hash = wrap(seed + PRIME_5);
  }

  hash = wrap(hash + BigInt(end));
  for (; at + 8 <= end; at += 8) {
    hash = wrap(rotate(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * PRIME_1 + PRIME_4);
  }
  if (at + 4 <= end) {
    hash = wrap(rotate(hash ^ wrap(BigInt(view.getUint32(at, true)) * PRIME_1), 23n) * PRIME_2 + PRIME_3);
    at += 4;
  }
  for (; at < end; at++) {
    hash = wrap(rotate(hash ^ wrap(BigInt(view.getUint8(at)) * PRIME_5), 11n) * PRIME_1);
  }

  hash = wrap((hash ^ (hash >> 33n)) * PRIME_2);
  hash = wrap((hash ^ (hash >> 29n)) * PRIME_3);
  return hash ^ (hash >> 32n);
}
