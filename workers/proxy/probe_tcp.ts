import type { ProbeOrder } from '../../shared/contracts/carrying.ts';
import type { ProxyEnv, ProxyIo } from './env.ts';
import type { Sight } from './probe.ts';
import { tryConnect } from './try_connect.ts';

/** Healthy if a connection comes about in time. Nothing is sent. */
export async function probeTcp(
  order: ProbeOrder,
  signal: AbortSignal,
  _env: ProxyEnv,
  io: ProxyIo,
): Promise<Sight> {
  const seen = await tryConnect({ hostname: order.address, port: order.port }, signal, io);
  if (seen === 'timeout') return { reason: 'tcp_timeout', status: 0 };
  if (seen === 'refused') return { reason: 'tcp_connection_failed', status: 0 };
  return { status: 0, answered_at: io.now() };
}
