import type { Config } from '../../shared/model/config.ts';
import { watched } from '../../workers/health/probe/order.ts';
import { scriptsIn } from '../../workers/selector/scripts/named_scripts.ts';
import type { Deployment, Probing } from './deployment.ts';

/** What a configuration says about a deployment. */
export function configuredIn(config: Config): Pick<Deployment, 'probing' | 'sample' | 'scripts'> {
  const document = { format: 1, version: 0, hash: '', published_at: '', config } as const;
  return { probing: probingOf(config), sample: sampleOf(config), scripts: scriptsIn(document).length };
}

/** Share of requests that write a data point, as if all load balancers had as many requests. */
function sampleOf({ balancers }: Config): number {
  if (balancers.length === 0) return 1;
  return balancers.reduce((sum, { metrics }) => sum + 1 / (metrics?.one_in ?? 1), 0) / balancers.length;
}

/** What the health Worker checks. */
export function probingOf(config: Config): Probing {
  const checks_per_s = new Map<string, number>();
  let slowest: Probing['slowest'];
  for (const { monitor, regions } of watched(config)) {
    const { interval_ms, consecutive_down } = monitor;
    const interval_s = interval_ms / 1_000;
    for (const region of regions) checks_per_s.set(region, (checks_per_s.get(region) ?? 0) + 1 / interval_s);
    if (
      slowest === undefined ||
      interval_s * consecutive_down > slowest.interval_s * slowest.consecutive_down
    )
      slowest = { interval_s, consecutive_down };
  }
  const own_checks_per_s = checks_per_s.get('default') ?? 0;
  checks_per_s.delete('default');
  return {
    own_checks_per_s,
    region_checks_per_s: [...checks_per_s.values()],
    ...(slowest === undefined ? {} : { slowest }),
  };
}
