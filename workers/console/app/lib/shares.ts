import type { ExplainedOrigin } from '../../../../shared/contracts/explain.ts';

/**
 * The share of a load balancer's requests that each origin would have if its pool followed weights alone, as they are in effect now.
 * Strategies that follow load, keys or places differ from it, which is what somebody wants to see.
 * @param requests by origin
 * @param standing by origin. Origins that are not there have no weight in effect
 * @returns by `pool/origin`, with a sum of at most 1
 */
export function expectedShares(
  requests: ReadonlyMap<string, number>,
  standing: ReadonlyMap<string, Pick<ExplainedOrigin, 'effective_weight' | 'share'>>,
): ReadonlyMap<string, number> {
  const total = sum(requests.values());
  const by_pool = new Map<string, { requests: number; weights: Map<string, number> }>();
  const poolOf = (id: string) => {
    const name = id.slice(0, id.indexOf('/'));
    const pool = by_pool.get(name) ?? { requests: 0, weights: new Map<string, number>() };
    by_pool.set(name, pool);
    return pool;
  };
  for (const [id, count] of requests) if (id.includes('/')) poolOf(id).requests += count;
  for (const [id, { effective_weight = 0, share }] of standing)
    if (effective_weight * share > 0) poolOf(id).weights.set(id, effective_weight * share);
  const expected = new Map<string, number>();
  for (const pool of by_pool.values()) {
    const weight = sum(pool.weights.values());
    for (const [id, own] of pool.weights)
      if (pool.requests > 0) expected.set(id, ((pool.requests / total) * own) / weight);
  }
  return expected;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
