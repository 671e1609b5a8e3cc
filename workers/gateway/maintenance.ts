import type { Maintenance } from '../../shared/config/config.ts';

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
