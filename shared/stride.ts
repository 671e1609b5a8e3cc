// Static stride scheduling, as gRPC's weighted round robin does it: weighted turns whose only moving state is one
// number. https://github.com/grpc/proposal/blob/master/A58-client-side-weighted-round-robin-lb-policy.md and
// grpc/grpc, src/core/load_balancing/weighted_round_robin/static_stride_scheduler.cc

/** The largest weight in a table: weights are scaled to 16 bits. */
const FULL = 65_535;
/** No weight counts for more than this many times the mean, or picks would take many tries (gRPC C-core). */
const MAX_RATIO = 10;
/** Nor for less than this share of it (gRPC C-core). */
const MIN_RATIO = 0.01;

/**
 * Scales weights to 1..65535.
 * @param weights 0 means unknown and gets the mean of the known ones; with fewer than two known, all are equal
 */
export function strideTable(weights: readonly number[]): number[] {
  const known = weights.filter((weight) => weight > 0);
  if (known.length < 2) return weights.map(() => FULL);
  const mean = known.reduce((sum, weight) => sum + weight, 0) / known.length;
  const max = Math.min(Math.max(...known), MAX_RATIO * mean);
  const scale = FULL / max;
  const middle = Math.round(scale * mean);
  const least = Math.max(1, Math.round(MIN_RATIO * middle));
  return weights.map((weight) =>
    weight > 0 ? Math.max(Math.round(Math.min(weight, max) * scale), least) : middle,
  );
}

/**
 * Whose turn number `turn` is: the targets are asked in turn, and each takes `weight` of every 65535 of its own.
 * @returns an index into `table`; undefined: this one lets its turn pass
 */
export function strideTurn(table: readonly number[], turn: number): number | undefined {
  const index = turn % table.length;
  const weight = table[index];
  if (weight === undefined) return undefined;
  const generation = Math.floor(turn / table.length);
  // The offset keeps targets of equal weight from passing in the same generations.
  const passes = (weight * generation + index * 32_767) % FULL < FULL - weight;
  return passes ? undefined : index;
}
