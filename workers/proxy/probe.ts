import type { ProbeOrder, ProbeReason, ProbeResult } from '../../shared/contracts/carrying.ts';
import type { ProxyEnv, ProxyIo } from './env.ts';
import { probeHttp } from './probe_http.ts';
import { probeTcp } from './probe_tcp.ts';

/** What a probe saw, before its time is added. `reason` absent: healthy. */
export interface Sight {
  reason?: ProbeReason;
  /** HTTP status, 0 when there was none. */
  status: number;
  /** When response headers or the connection were there, by `io.now()`; absent if they never were. */
  answered_at?: number;
}

/**
 * Probes one origin once; retries and verdicts are the health Worker's.
 * @returns never rejects. `rtt_ms` is the time until the failure where there was no answer
 */
export async function probe(order: ProbeOrder, env: ProxyEnv, io: ProxyIo): Promise<ProbeResult> {
  const started_at = io.now();
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), order.timeout_ms);
  try {
    const look = order.type === 'tcp' ? probeTcp : probeHttp;
    const { reason, status, answered_at } = await look(order, deadline.signal, env, io);
    const rtt_ms = Math.max(0, (answered_at ?? io.now()) - started_at);
    return reason === undefined
      ? { healthy: true, status, rtt_ms }
      : { healthy: false, reason, status, rtt_ms };
  } finally {
    clearTimeout(timer);
  }
}
