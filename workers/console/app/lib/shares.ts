import type { BalancerStatus, OriginStatus } from '../../../../shared/contracts/status.ts';

/**
 * The share that each origin of the first pool that can serve would have by its weight alone. Strategies that follow load, keys or
 * places differ from it, which is what somebody wants to see.
 * @returns by `pool/origin`; empty: no pool can serve
 */
export function expectedShares({ pools }: Pick<BalancerStatus, 'pools'>): ReadonlyMap<string, number> {
  const serving = pools.map(({ enabled, operator_state, origins }) =>
    enabled && operator_state === 'ready' ? origins.filter(takesTraffic) : [],
  );
  const first = serving.find((origins) => origins.length > 0) ?? [];
  const total = first.reduce((sum, { weight }) => sum + weight, 0);
  return new Map(first.map(({ id, weight }) => [id, weight / total]));
}

function takesTraffic({ enabled, standing, state, weight }: OriginStatus): boolean {
  return enabled && standing === 'ready' && state !== 'down' && weight > 0;
}
