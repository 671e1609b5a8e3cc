import type { Isolate } from '../state/isolate.ts';
import type { Trace } from './trace.ts';

/**
 * Writes to the log that a request or its answer broke off on the way: the client or the origin has ended a body in its
 * middle, or let it stand still. No status tells of it. One line of JSON a minute for each balancer, origin and outcome.
 */
export function tellTrouble(trace: Trace, method: string, isolate: Isolate): void {
  const { outcome, detail, status, attempts, receiving } = trace;
  const upload = receiving && (outcome === 'client_gone' || detail.startsWith('request body'));
  if (!upload && outcome !== 'cut_short') return;
  const balancer = trace.balancer?.id ?? '';
  const origin = trace.attempt?.origin.id ?? '';
  isolate.complaints.tellFields([outcome, balancer, origin].join(), {
    event: 'broke_off',
    outcome,
    balancer,
    origin,
    method,
    path: trace.url?.path ?? '',
    status,
    attempts,
    detail: detail || (upload ? 'request body broke off' : 'answer broke off'),
  });
}
