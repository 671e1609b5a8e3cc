/** An origin as its last report shows it. */
export interface Seen {
  rif: number;
  latency_ms: number;
}

/**
 * Prequal's hot-cold rule (Wydrowski et al., NSDI 2024): hot is who has more requests in flight than the quantile of
 * all; of the cold ones the fastest serves, and when all are hot the least busy.
 * @param quantile 0: all are hot; 1: none is
 * @returns an index; -1 without entries
 */
export function hotCold(seen: readonly Seen[], quantile: number): number {
  const threshold = thresholdOf(seen, quantile);
  let best = -1;
  for (const [index, each] of seen.entries()) {
    const other = seen[best];
    if (other === undefined || before(each, other, threshold)) best = index;
  }
  return best;
}

function thresholdOf(seen: readonly Seen[], quantile: number): number {
  if (quantile <= 0) return Number.NEGATIVE_INFINITY;
  if (quantile >= 1) return Number.POSITIVE_INFINITY;
  const sorted = seen.map(({ rif }) => rif).sort((a, b) => a - b);
  return sorted[Math.ceil(quantile * sorted.length) - 1] ?? 0;
}

function before(a: Seen, b: Seen, threshold: number): boolean {
  const [a_hot, b_hot] = [a.rif > threshold, b.rif > threshold];
  if (a_hot !== b_hot) return b_hot;
  return a_hot ? a.rif < b.rif : a.latency_ms < b.latency_ms;
}
