import { Agent, request } from 'node:http';

// A steady load, in a process of its own. Each request has its time, and its latency counts from that time. So a server that stalls
// delays all requests that were due meanwhile, as it would with real clients.

/** An order of the parent. */
export interface SteadyOrder {
  port: number;
  /** `Host` headers. Each request draws one. */
  hosts: readonly string[];
  requests_per_s: number;
  seconds: number;
}

/** The result of an order. */
export interface SteadyResult {
  /** From the time of a request to the end of its answer, for answers with status 200. */
  latencies_ms: number[];
  /** Other answers and failed connections. */
  failed: number;
}

const agent = new Agent({ keepAlive: true });

/** Requests are started this often. */
const TICK_MS = 1;

function run({ port, hosts, requests_per_s, seconds }: SteadyOrder): Promise<SteadyResult> {
  const { promise, resolve } = Promise.withResolvers<SteadyResult>();
  const result: SteadyResult = { latencies_ms: [], failed: 0 };
  const count = Math.round(requests_per_s * seconds);
  const began_at = performance.now();
  let sent = 0;
  let ended = 0;
  const end = (due_at: number, ok: boolean) => {
    if (ok) result.latencies_ms.push(performance.now() - due_at);
    else result.failed++;
    if (++ended === count) resolve(result);
  };
  const send = (due_at: number) => {
    const host = hosts[Math.floor(Math.random() * hosts.length)] ?? 'localhost';
    request({ agent, host: '127.0.0.1', port, headers: { host } }, (response) => {
      response.resume();
      response.once('close', () => end(due_at, response.complete && response.statusCode === 200));
    })
      .once('error', () => end(due_at, false))
      .end();
  };
  const timer = setInterval(() => {
    const due = Math.min(count, ((performance.now() - began_at) * requests_per_s) / 1_000);
    while (sent < due) send(began_at + (sent++ * 1_000) / requests_per_s);
    if (sent === count) clearInterval(timer);
  }, TICK_MS);
  return promise;
}

process.on('disconnect', () => process.exit());
process.on('message', async (order: SteadyOrder) => process.send?.(await run(order)));
process.send?.('ready');
