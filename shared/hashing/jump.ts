/** The multiplier of a 64-bit linear congruential generator, as the paper has it. */
const MULTIPLIER = 2_862_933_555_777_941_757n;
const TWO_31 = 2 ** 31;

/**
 * Jump consistent hash (Lamping & Veach, 'A Fast, Minimal Memory, Consistent Hash Algorithm', 2014): a bucket for a
 * key, without memory. From n to n + 1 buckets a key stays where it is or goes to the new one, which takes
 * 1/(n + 1) of all. Only the last bucket can leave so, which makes it a hash for numbered shards.
 *
 * @param key 64 bits, unsigned; well mixed, for keys that differ little go to the same buckets
 * @param buckets 1 or more
 * @returns 0 to `buckets` - 1
 */
export function jumpHash(key: bigint, buckets: number): number {
  let state = BigInt.asUintN(64, key);
  let bucket = -1;
  let jump = 0;
  while (jump < buckets) {
    bucket = jump;
    state = BigInt.asUintN(64, state * MULTIPLIER + 1n);
    jump = Math.floor((bucket + 1) * (TWO_31 / (Number(state >> 33n) + 1)));
  }
  return bucket;
}
