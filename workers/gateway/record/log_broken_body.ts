import type { Complaints } from '../state/complaints.ts';
import type { EndedRequest } from './record.ts';

/**
 * Logs a request or response body that broke off or stalled, which the status does not show. Writes at most one line of JSON
 * per minute for each balancer, origin and outcome.
 * @param receiving whether the request's body was still on its way
 */
export function logBrokenBody(
  { trace, attempts, request }: EndedRequest,
  receiving: boolean,
  complaints: Complaints,
): void {
  const { outcome, detail, status } = trace;
  const upload = receiving && (outcome === 'client_gone' || detail.startsWith('request body'));
  if (!upload && outcome !== 'cut_short') return;
  const balancer = trace.balancer?.id ?? '';
  const origin = (attempts.ended_with?.attempt ?? attempts.last)?.origin.id ?? '';
  complaints.tellFields([outcome, balancer, origin].join(), {
    event: 'broke_off',
    outcome,
    balancer,
    origin,
    method: request.method,
    path: trace.url?.path ?? '',
    status,
    attempts: attempts.count,
    detail: detail || (upload ? 'request body broke off' : 'answer broke off'),
  });
}
