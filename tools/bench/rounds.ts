/** One measurement of one target. */
export interface Round {
  /** CPU time of the target's workerd for one request; undefined without Linux's /proc. */
  cpu_us: number | undefined;
  requests_per_s: number;
  requests: number;
  failed: number;
}

/** The median and the quartiles of some values. */
export interface Spread {
  median: number;
  low: number;
  high: number;
}

/**
 * Measures targets in turn, in many short rounds, so that other work on the machine affects all of them. The order rotates,
 * so that no target always follows the same one. A round without an answer does not count.
 *
 * @returns rounds by target. A round that does not count is `undefined`, so that equal indexes belong to the same round.
 */
export async function interleave<T extends string>(
  targets: readonly T[],
  count: number,
  measure: (target: T) => Promise<Round>,
): Promise<Record<T, Array<Round | undefined>>> {
  const rounds = Object.fromEntries(targets.map((target) => [target, []])) as unknown as Record<
    T,
    Array<Round | undefined>
  >;
  for (let i = 0; i < count; i++)
    for (let j = 0; j < targets.length; j++) {
      const target = targets[(i + j) % targets.length] as T;
      const round = await measure(target);
      rounds[target].push(round.requests > 0 ? round : undefined);
    }
  return rounds;
}

/** Median and quartiles of the defined values; undefined if there are none. */
export function spreadOf(values: ReadonlyArray<number | undefined>): Spread | undefined {
  const sorted = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  return { median: quantile(sorted, 0.5), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75) };
}

/**
 * How many times as much CPU `a` takes as `b`: the spread of the ratios within each round, in which both met the same noise.
 */
export function ratioOf(
  a: ReadonlyArray<Round | undefined>,
  b: ReadonlyArray<Round | undefined>,
): Spread | undefined {
  return spreadOf(
    a.map((round, i) => {
      const other = b[i];
      return round?.cpu_us === undefined || other?.cpu_us === undefined || other.cpu_us === 0
        ? undefined
        : round.cpu_us / other.cpu_us;
    }),
  );
}

/** A quantile of sorted values by linear interpolation (R-7, the default of R and NumPy). */
export function quantile(sorted: readonly number[], q: number): number {
  const at = q * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? 0;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}
