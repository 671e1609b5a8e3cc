import type { HttpError } from '../../shared/errors.ts';
import type { FixedResponse, Maintenance } from '../../shared/model/config.ts';

/** Statuses without a body (RFC 9110, 6.4.1). The platform refuses to construct one even with an empty string. */
const WITHOUT_BODY: readonly number[] = [204, 205, 304];

/** Renders an error for the client: plain text, never cached. */
export function errorResponse({ status, message, headers }: HttpError): Response {
  return new Response(`${message}\n`, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...headers },
  });
}

/** Renders the page of a balancer in maintenance. With 503, caches do not keep it and crawlers do not index it. */
export function maintenanceResponse(page: Maintenance): Response {
  const { message_body, content_type, retry_after_s } = page;
  return new Response(message_body, {
    status: 503,
    headers: {
      'content-type': content_type,
      'cache-control': 'no-store',
      'retry-after': String(retry_after_s),
    },
  });
}

/** Renders the fixed response of a rule. It is never cached, because the rule may be gone in a moment. */
export function fixedResponse(fixed: FixedResponse, method: string): Response {
  const { status_code, content_type, message_body, location } = fixed;
  const without_body = WITHOUT_BODY.includes(status_code);
  return new Response(method === 'HEAD' || without_body ? null : message_body, {
    status: status_code,
    headers: {
      ...(without_body ? {} : { 'content-type': content_type }),
      'cache-control': 'no-store',
      ...(location === undefined ? {} : { location }),
    },
  });
}
