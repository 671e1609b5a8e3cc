/** The paper's multiplier of a 64-bit linear congruential generator. */
const MULTIPLIER = 2_862_933_555_777_941_757n;
const TWO_31 = 2 ** 31;

/**
 * The bucket of a key by jump consistent hash (Lamping & Veach, 'A Fast, Minimal Memory, Consistent Hash Algorithm', 2014). It
 * needs no memory. From n to n + 1 buckets a key stays or goes to the new bucket, which takes 1/(n + 1) of all keys. Only the
 * last bucket can be removed that cheaply, so this hash is for numbered shards.
 *
 * @param key 64 bits, unsigned and well mixed: keys that differ little go to the same buckets
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
