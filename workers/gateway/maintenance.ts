import type { Balancer, Config, Maintenance } from '../../shared/config/config.ts';
import { poolsOf } from '../../shared/config/pools_of.ts';

/**
 * The page that everybody gets instead of an origin's answer: where it is switched on, and where a balancer that has
 * one has every pool in maintenance.
 */
export function maintenanceOf(balancer: Balancer, { pools }: Config): Maintenance | undefined {
  const { maintenance } = balancer;
  if (maintenance === undefined) return undefined;
  const closed = maintenance.enabled || poolsOf(balancer).every((id) => pools[id]?.state === 'maintenance');
  return closed ? maintenance : undefined;
}

/** What everybody gets while a balancer is in maintenance: 503, which no cache keeps and no crawler believes. */
export function maintenancePage({ message_body, content_type, retry_after_s }: Maintenance): Response {
  return new Response(message_body, {
    status: 503,
    headers: {
      'content-type': content_type,
      'cache-control': 'no-store',
      'retry-after': String(retry_after_s),
    },
  });
}
