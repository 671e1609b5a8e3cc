import type { Config } from '../model/config.ts';
import { poolsWithRules } from '../model/effective.ts';
import { servesSessionsUntil, standingOf } from '../model/standing.ts';

/**
 * Says what happens to the sessions and the new clients of a pool or an origin.
 * @param config with the times at which drains began, as it is published
 * @returns lines of text
 */
export function consequences(config: Config, id: string): string[] {
  const pool = config.pools[id.split('/')[0] ?? ''];
  if (pool === undefined) return [];
  const lines: string[] = [];
  if (!pool.origins.some((origin) => standingOf(pool, origin) === 'ready' && origin.weight > 0))
    lines.push(`warning: pool ${pool.id} has no origin left that takes new clients`);
  const [origin] = pool.origins.filter((one) => id === pool.id || one.id === id);
  if (origin === undefined) return lines;
  const standing = standingOf(pool, origin);
  if (standing === 'disabled') lines.push(`${id} stays disabled: \`enabled\` is false in the configuration`);
  if (standing === 'drain')
    for (const balancer of config.balancers) {
      if (balancer.session === undefined || !poolsWithRules(balancer).includes(pool.id)) continue;
      const until = servesSessionsUntil(pool, origin, balancer.session);
      const end = Number.isFinite(until) ? `until ${new Date(until).toISOString()}` : 'until they end';
      lines.push(`sessions of ${balancer.id} stay ${end}`);
    }
  return lines;
}
