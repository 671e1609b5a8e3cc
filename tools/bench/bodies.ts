import { connect } from 'node:net';
import * as v from 'valibot';
import { normalise } from '../../shared/authoring/normalise.ts';
import { ConfigSchema } from '../../shared/authoring/schema.ts';
import type { ConfigDocument } from '../../shared/model/config.ts';
import { plimsollWorkers } from '../workerd/plimsoll.ts';
import { serve } from '../workerd/serve.ts';
import { startChild } from './child.ts';
import { canPin, cpuMicroseconds, taskset } from './cpu.ts';
import { interleave, type Round } from './rounds.ts';
import { readingWorker } from './stub_workers.ts';

/** Length of an uploaded body: the default of `retry.max_body_bytes`. */
const BODY_BYTES = 65_536;

/** The targets: uploads in one chunk or in chunks of one byte, and streams of small events. */
export const BODY_TARGETS = [
  'read_one',
  'read_drip',
  'kept_one',
  'kept_drip',
  'streamed_one',
  'streamed_drip',
  'unwatched',
  'watched',
] as const;
export type BodyTarget = (typeof BODY_TARGETS)[number];

export interface BodyBenchOptions {
  rounds: number;
  /** Events of one stream. */
  events: number;
}

export interface BodyBenchResult {
  /** Rounds with the CPU time of one body or of one event. */
  rounds: Record<BodyTarget, Array<Round | undefined>>;
  /** Whether workerd had its own processor. */
  pinned: boolean;
}

/** One-chunk bodies per round. CPU time is counted in ticks of 10 ms, and a body takes about 1 ms. */
const ONES = 100;
/** Concurrent event streams. */
const STREAMS = 8;

const ONE = `${BODY_BYTES.toString(16)}\r\n${'x'.repeat(BODY_BYTES)}\r\n0\r\n\r\n`;
const DRIP = `${'1\r\nx\r\n'.repeat(BODY_BYTES)}0\r\n\r\n`;

/**
 * Measures the cost of bodies in many small pieces, in one plain workerd with Plimsoll and a bare Worker. The bare Worker
 * reads an upload whole, which is the least that the runtime needs. The balancers differ in the bytes that they keep and in
 * their idle timeouts.
 */
export async function benchBodies({ rounds, events }: BodyBenchOptions): Promise<BodyBenchResult> {
  const pinned = canPin();
  const stops: Array<() => unknown> = [];
  try {
    const origin = await startChild<number>('./body_origin.ts', pinned ? 1 : undefined);
    stops.push(() => origin.child.kill());
    if (pinned) taskset(process.pid, 1);
    const workers = await plimsollWorkers(
      { proxy: 'real', selector: 'real', gateway: 'real' },
      {},
      configOf(origin.first),
    );
    const topology = {
      workers: { ...workers, reader: readingWorker() },
      externals: {},
      sockets: ['gateway', 'reader'],
    };
    const { pid, ports, stop } = await serve(topology, { cpu: pinned ? 0 : undefined });
    stops.push(stop);

    const orders: Record<BodyTarget, () => Promise<boolean[]>> = {
      read_one: () => inTurn(ONES, () => upload(ports['reader'], 'reader.test', ONE)),
      read_drip: () => inTurn(1, () => upload(ports['reader'], 'reader.test', DRIP)),
      kept_one: () => inTurn(ONES, () => upload(ports['gateway'], 'kept.test', ONE)),
      kept_drip: () => inTurn(1, () => upload(ports['gateway'], 'kept.test', DRIP)),
      streamed_one: () => inTurn(ONES, () => upload(ports['gateway'], 'streamed.test', ONE)),
      streamed_drip: () => inTurn(1, () => upload(ports['gateway'], 'streamed.test', DRIP)),
      unwatched: () => atOnce(STREAMS, () => follow(ports['gateway'], 'unwatched.test', events)),
      watched: () => atOnce(STREAMS, () => follow(ports['gateway'], 'watched.test', events)),
    };
    const measure = async (target: BodyTarget): Promise<Round> => {
      const before = cpuMicroseconds(pid);
      const began_at = performance.now();
      const answers = await orders[target]();
      const seconds = (performance.now() - began_at) / 1_000;
      const after = cpuMicroseconds(pid);
      const ok = answers.filter((each) => each).length;
      const units = ok * (target.endsWith('watched') ? events : 1);
      return {
        cpu_us:
          before === undefined || after === undefined || units === 0 ? undefined : (after - before) / units,
        requests_per_s: ok / seconds,
        requests: ok,
        failed: answers.length - ok,
      };
    };
    // A round that does not count, in which code is compiled and connections are opened.
    for (const target of BODY_TARGETS) await measure(target);
    return { rounds: await interleave(BODY_TARGETS, rounds, measure), pinned };
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

async function inTurn(count: number, ask: () => Promise<boolean>): Promise<boolean[]> {
  const answers: boolean[] = [];
  for (let i = 0; i < count; i++) answers.push(await ask());
  return answers;
}

function atOnce(count: number, ask: () => Promise<boolean>): Promise<boolean[]> {
  return Promise.all(Array.from({ length: count }, ask));
}

function upload(port: number | undefined, host: string, chunks: string): Promise<boolean> {
  return exchange(port, `POST / HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n`, chunks);
}

async function follow(port: number | undefined, host: string, events: number): Promise<boolean> {
  return exchange(
    port,
    `GET /events/${events} HTTP/1.1\r\nHost: ${host}\r\n`,
    '',
    `data: token ${events - 1}\n`,
  );
}

/** Sends one request on its own connection. @returns whether the answer is 200 and contains `last` */
function exchange(port: number | undefined, head: string, body: string, last = ''): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port ?? 0, '127.0.0.1');
    let received = '';
    socket.setEncoding('latin1').on('data', (data: string) => {
      received += data;
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(received.startsWith('HTTP/1.1 200') && received.includes(last)));
    socket.write(`${head}Connection: close\r\n\r\n${body}`, 'latin1');
  });
}

function configOf(port: number): ConfigDocument {
  const balancer = (name: string, change: object) => ({ name, default_pools: ['bench'], ...change });
  const file = {
    load_balancers: [
      balancer('kept.test', { retry: { max_body_bytes: BODY_BYTES } }),
      balancer('streamed.test', { retry: { max_body_bytes: 0 } }),
      balancer('unwatched.test', { timeouts: { idle_ms: 0 } }),
      balancer('watched.test', { timeouts: { idle_ms: 300_000 } }),
    ],
    pools: [{ name: 'bench', origins: [{ name: 'origin', address: '127.0.0.1', port }] }],
  };
  const config = normalise(v.parse(ConfigSchema, file), { profile: 'local' });
  return { format: 1, version: 1, hash: '', published_at: '1970-01-01T00:00:00.000Z', config };
}
