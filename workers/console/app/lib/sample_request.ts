import type { Explainable } from '../../../../shared/contracts/explain.ts';
import type { BalancerStatus } from '../../../../shared/contracts/status.ts';

/** A request that a load balancer would serve, unless an earlier one with a closer host or path does. */
export function sampleRequest({ host, path }: Pick<BalancerStatus, 'host' | 'path'>): Explainable {
  const named = host === '*' ? 'any.example' : host.replace('*', 'any');
  return { url: `https://${named}${path}` };
}

/**
 * The URL of a past request, whose query and host were not recorded. A path such as `//a.example` stays a path.
 * @param balancer undefined: it is not in the configuration any more
 */
export function pastUrl(balancer: Pick<BalancerStatus, 'host'> | undefined, path: string): string {
  const { url } = sampleRequest({ host: balancer?.host ?? '*', path: '' });
  return `${url}${path.startsWith('/') ? '' : '/'}${path}`;
}

/**
 * Load balancers that together use every pool: each of them uses one that those before it do not.
 * @param limit how many at most
 */
export function coveringAll(balancers: readonly BalancerStatus[], limit: number): BalancerStatus[] {
  const seen = new Set<string>();
  const chosen = balancers.filter(({ enabled, maintenance, pools }) => {
    const adds = enabled && !maintenance && pools.some(({ id }) => !seen.has(id));
    if (adds) for (const { id } of pools) seen.add(id);
    return adds;
  });
  return chosen.slice(0, limit);
}
