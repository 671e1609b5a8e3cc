// xoshiro128** 1.1 by Blackman and Vigna: https://prng.di.unimi.it/xoshiro128starstar.c (public domain). 32-bit
// arithmetic, which JavaScript does without allocating.

/** Returns a number in [0, 1), evenly distributed, with 53 random bits. */
export type Random = () => number;

/**
 * Random numbers that depend only on `seed` and `stream`. Each use of chance has its own stream, so that two strategies
 * get the same arrivals and the same clients.
 * @param seed a whole number
 */
export function randomOf(seed: number, stream: string): Random {
  const next = xoshiro128(stateOf(seed, stream));
  return () => ((next() >>> 5) * 0x400_0000 + (next() >>> 6)) / 2 ** 53;
}

/** Random whole numbers from 0 to 2^32 - 1. @param state four words of 32 bits, not all zero */
export function xoshiro128([a, b, c, d]: readonly [number, number, number, number]): () => number {
  let [s0, s1, s2, s3] = [a | 0, b | 0, c | 0, d | 0];
  return () => {
    const result = Math.imul(rotate(Math.imul(s1, 5), 7), 9) >>> 0;
    const t = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = rotate(s3, 11);
    return result;
  };
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** Four well-mixed words, so that seeds 1 and 2 have nothing in common. */
function stateOf(seed: number, stream: string): [number, number, number, number] {
  let hash = mix((seed | 0) ^ mix(Math.floor(seed / 2 ** 32) | 0));
  for (let i = 0; i < stream.length; i++) hash = mix(hash ^ stream.charCodeAt(i));
  const word = () => {
    // Steps by the golden ratio keep the words apart, as in SplitMix.
    hash = (hash + 0x9e3779b9) | 0;
    return mix(hash);
  };
  // The last word is odd, because the generator never leaves a state of zeros.
  return [word(), word(), word(), word() | 1];
}

/** MurmurHash3's finaliser for 32 bits. */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
