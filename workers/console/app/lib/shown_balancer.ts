import type { BalancerStatus } from '../../../../shared/contracts/status.ts';

/**
 * The load balancer whose traffic is shown: the wanted one, or else the busiest. Data points name load balancers that are no longer in
 * the configuration, and links do.
 * @param wanted the id in the URL; null: none
 * @param figures of load balancers, the busiest first
 * @returns undefined: the configuration has none
 */
export function shownBalancer(
  balancers: readonly BalancerStatus[],
  wanted: string | null,
  figures: readonly { balancer: string }[],
): BalancerStatus | undefined {
  for (const id of [wanted, ...figures.map(({ balancer }) => balancer)]) {
    const found = balancers.find((one) => one.id === id);
    if (found !== undefined) return found;
  }
  return balancers[0];
}
