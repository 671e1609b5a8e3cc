// Two lanes of 32-bit arithmetic in the style of MurmurHash3. It is not a 64-bit hash because JavaScript's only 64-bit integer,
// BigInt, allocates at every step, and this runs for every request.

/** Two 32-bit lanes of a hash in progress. */
export type Lanes = [number, number];

/** Adds a text to a hash, UTF-16 unit by unit. Changes `lanes`. */
export function absorb(lanes: Lanes, text: string): Lanes {
  for (let i = 0; i < text.length; i++) absorbUnit(lanes, text.charCodeAt(i));
  return lanes;
}

export function absorbUnit(lanes: Lanes, unit: number): Lanes {
  let [a, b] = lanes;
  a ^= Math.imul(unit, 0xcc9e2d51);
  a = Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64;
  b ^= Math.imul(unit, 0x1b873593);
  b = Math.imul((b << 15) | (b >>> 17), 9) + 0x38495ab5;
  lanes[0] = a | 0;
  lanes[1] = b | 0;
  return lanes;
}

/**
 * The hash: a whole number below 2^53. Each lane is mixed into the other, so that every bit depends on every bit of the input.
 * Ids of origins are short and alike (`eu/eu-1`, `eu/eu-2`) and would otherwise give similar hashes.
 */
export function finished([a, b]: Lanes): number {
  const high = finish(a ^ finish(b)) >>> 0;
  const low = finish(b ^ finish(high)) >>> 0;
  // 32 + 21 bits.
  return high * 0x20_0000 + (low >>> 11);
}

/** MurmurHash3's finaliser for 32 bits. */
function finish(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * The fingerprint of a text: a hash of 53 bits. Among 4,096 texts, two share a number with a probability of 1 in 10^9. A client
 * can construct two texts that do, so use it only where that harms nobody else.
 */
export function fingerprint(text: string): number {
  return finished(absorb([0x9e3779b9, 0x85ebca6b], text));
}
