/**
 * Keeps one point of every `interval` points of an index, at a random place among them. Production samples per index value too.
 * A weighted count per index is then off by less than `interval`. A count without `_sample_interval` is too low by that factor.
 *
 * @param random uniform in [0, 1)
 */
export function createSampler(interval: number, random: () => number): (index: string) => boolean {
  const strides = new Map<string, { seen: number; keep: number }>();
  return (index) => {
    if (interval <= 1) return true;
    const stride = strides.get(index) ?? { seen: 0, keep: Math.floor(random() * interval) };
    const keep = stride.seen === stride.keep;
    stride.seen++;
    if (stride.seen === interval) {
      stride.seen = 0;
      stride.keep = Math.floor(random() * interval);
    }
    strides.set(index, stride);
    return keep;
  };
}

/**
 * Draws random numbers that a run can repeat. Mulberry32, public domain:
 * https://gist.github.com/tommyettinger/46a874533244883189143505d203312c
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
