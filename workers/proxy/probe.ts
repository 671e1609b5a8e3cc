import type { ProbeOrder, ProbeResult } from '../../shared/contracts/carrying.ts';
import type { Env, Io } from './env.ts';
import { type ProbeOutcome, probeHttp } from './probe_http.ts';
import { tryConnect } from './try_connect.ts';

/**
 * Probes one origin once. The health Worker retries, and decides what a failure means.
 * @returns never rejects. `rtt_ms` is the time until the failure if the origin did not answer
 */
export async function probe(order: ProbeOrder, env: Env, io: Io): Promise<ProbeResult> {
  const started_at = io.now();
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), order.timeout_ms);
  try {
    const { reason, status, answered_at } = await (order.type === 'tcp'
      ? probeTcp(order, deadline.signal, io)
      : probeHttp(order, deadline.signal, env, io));
    const rtt_ms = Math.max(0, (answered_at ?? io.now()) - started_at);
    return reason === undefined
      ? { healthy: true, status, rtt_ms }
      : { healthy: false, reason, status, rtt_ms };
  } finally {
    clearTimeout(timer);
  }
}

/** Healthy if a TCP connection opens in time. Sends nothing. */
async function probeTcp({ address, port }: ProbeOrder, signal: AbortSignal, io: Io): Promise<ProbeOutcome> {
  const seen = await tryConnect({ hostname: address, port }, signal, io);
  if (seen === 'timeout') return { reason: 'tcp_timeout', status: 0 };
  if (seen === 'refused') return { reason: 'tcp_connection_failed', status: 0 };
  return { status: 0, answered_at: io.now() };
}
