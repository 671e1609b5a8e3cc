/** An origin as its last report shows it. */
export interface Seen {
  /** Requests in flight. */
  rif: number;
  latency_ms: number;
}

/**
 * Prequal's hot-cold rule (Wydrowski et al., NSDI 2024). An origin is hot if it has more requests in flight than the quantile of
 * all origins. The fastest cold origin serves. If all are hot, the least busy one serves.
 * @param quantile 0: all are hot; 1: none is
 * @returns an index; -1 without entries
 */
export function hotCold(seen: readonly Seen[], quantile: number): number {
  const threshold = thresholdOf(seen, quantile);
  let best = -1;
  let best_is_hot = true;
  let least = Infinity;
  for (const [index, { rif, latency_ms }] of seen.entries()) {
    const is_hot = rif > threshold;
    const value = is_hot ? rif : latency_ms;
    if (best !== -1 && (is_hot === best_is_hot ? value >= least : is_hot)) continue;
    best = index;
    best_is_hot = is_hot;
    least = value;
  }
  return best;
}

function thresholdOf(seen: readonly Seen[], quantile: number): number {
  if (quantile <= 0) return -Infinity;
  if (quantile >= 1) return Infinity;
  const sorted = seen.map(({ rif }) => rif).sort((a, b) => a - b);
  return sorted[Math.ceil(quantile * sorted.length) - 1] ?? 0;
}
