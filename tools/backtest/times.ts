/** Mean and percentiles of weighted times, in milliseconds. */
export interface Latency {
  mean_ms: number;
  p50_ms: number;
  p95_ms: number;
  p99_ms: number;
}

/** One recorded answer. */
export interface Observation {
  first_byte_ms: number;
  /** Time for which the request was in flight: at least `first_byte_ms`. */
  held_ms: number;
  /** Number of requests that it stands for. */
  weight: number;
}

/** Recorded answers to draw from. */
export class Times {
  readonly observations: readonly Observation[];
  readonly #until: Float64Array;

  constructor(observations: readonly Observation[]) {
    this.observations = observations;
    this.#until = new Float64Array(observations.length);
    let sum = 0;
    for (const [index, { weight }] of observations.entries()) this.#until[index] = sum += weight;
  }

  /** Draws an answer by weight. @returns its index; undefined if there is none */
  draw(random: () => number): number | undefined {
    const until = this.#until;
    if (until.length === 0) return undefined;
    const at = random() * (until[until.length - 1] ?? 0);
    let low = 0;
    let high = until.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((until[middle] ?? 0) > at) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/**
 * Mean and percentiles of weighted times. A percentile is the smallest time that at least this share of the weight does not
 * exceed.
 * @returns undefined if there is no weight
 */
export function latencyOf(
  times: readonly Readonly<{ first_byte_ms: number; weight: number }>[],
): Latency | undefined {
  const sorted = times.filter(({ weight }) => weight > 0).sort((a, b) => a.first_byte_ms - b.first_byte_ms);
  const total = sorted.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return undefined;
  const quantile = (p: number) => {
    let sum = 0;
    const found = sorted.find(({ weight }) => {
      sum += weight;
      // Slightly less than the share, because sums of weights are rounded.
      return sum >= p * total * (1 - 1e-12);
    });
    return (found ?? sorted.at(-1))?.first_byte_ms ?? 0;
  };
  return {
    mean_ms: sorted.reduce((sum, { first_byte_ms, weight }) => sum + first_byte_ms * weight, 0) / total,
    p50_ms: quantile(0.5),
    p95_ms: quantile(0.95),
    p99_ms: quantile(0.99),
  };
}
