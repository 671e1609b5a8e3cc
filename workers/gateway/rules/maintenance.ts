import type { Balancer, Config, Maintenance } from '../../../shared/model/config.ts';
import { poolsOf } from '../../../shared/model/pools_of.ts';

/**
 * Whether every pool that could serve a request is in maintenance.
 * @param balancer as pool sets and rules leave it for the request
 */
export function isClosed(balancer: Balancer, { pools }: Config): boolean {
  return poolsOf(balancer).every((id) => pools[id]?.state === 'maintenance');
}

/** The answer of a balancer in maintenance: 503, which no cache keeps and no crawler believes. */
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
