import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { configFrom } from '../../../tools/harness/config.ts';
import { type Origin, startOrigin } from '../../../tools/harness/origin.ts';
import { HostileOrigin } from './hostile_origin.ts';
import { type Plimsoll, startPlimsoll } from './plimsoll.ts';

type Point = Plimsoll['points'][number];

/** `first_byte_ms` of the balancers for bad requests. It is also how long a client may stall. */
export const FIRST_BYTE_MS = 400;

/** Ordinary requests that run meanwhile: one keep-alive client, one request every 20 ms. */
export interface Ordinary {
  served: number;
  /** Answers that were wrong or took longer than 5 s. Empty: nothing disturbed the requests. */
  disturbed: string[];
}

/** Plimsoll between raw clients and a hostile origin. The host chooses the balancer. */
export interface Siege {
  /** The gateway's port. */
  port: number;
  /**
   * The hostile origin, which misbehaves as the path says. `lone.test` has only this origin. `pair.test` has it first, then
   * `sound`. `dead.test` has an origin where nothing listens, then `sound`. `127.0.0.1` leads back to the gateway.
   */
  hostile: HostileOrigin;
  sound: Origin;
  ordinary: Ordinary;
  /** Console output and exceptions of all Workers. */
  output(): string;
  /**
   * Runs `act` and waits for `count` data points. Returns the result of `act` and these points, without those of
   * ordinary requests.
   */
  observe<T>(act: () => Promise<T>, count?: number): Promise<{ result: T; points: Point[]; point: Point }>;
  stop(): Promise<void>;
}

/** Starts everything on free ports. */
export async function startSiege(): Promise<Siege> {
  const hostile = new HostileOrigin();
  await hostile.listen();
  const sound = await startOrigin({ name: 'sound' });
  const dead_port = await closedPort();
  let gateway_port = 0;
  const mirror = createServer((socket) => {
    const back = connect(gateway_port, '127.0.0.1');
    for (const end of [socket, back]) end.on('error', () => undefined);
    socket.pipe(back).pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(mirror, 'listening');

  const origin = (port: number) => [{ name: 'origin', address: '127.0.0.1', port }];
  const balancer = (name: string, default_pools: string[], first_byte_ms = FIRST_BYTE_MS) => ({
    name,
    default_pools,
    adaptive_routing: { failover_across_pools: true },
    timeouts: { first_byte_ms },
  });
  const plimsoll = await startPlimsoll({
    config: configFrom({
      load_balancers: [
        balancer('ordinary.test', ['sound'], 5_000),
        balancer('lone.test', ['hostile']),
        balancer('pair.test', ['hostile', 'sound']),
        balancer('dead.test', ['dead', 'sound']),
        balancer('127.0.0.1', ['mirror']),
      ],
      pools: [
        { name: 'hostile', origins: origin(hostile.port) },
        { name: 'sound', origins: origin(sound.port) },
        { name: 'dead', origins: origin(dead_port) },
        { name: 'mirror', origins: origin((mirror.address() as AddressInfo).port) },
      ],
    }),
    bindings: { proxy: { CONNECT_CHECK: { text: 'on' } } },
  });
  gateway_port = plimsoll.port;

  const extraordinary = () => plimsoll.points.filter((point) => point.balancer !== 'ordinary.test');
  const { ordinary, end } = keepAsking(gateway_port);
  return {
    port: gateway_port,
    hostile,
    sound,
    ordinary,
    output: plimsoll.output,
    observe: async (act, count = 1) => {
      const before = extraordinary().length;
      const result = await act();
      for (let waited_ms = 0; extraordinary().length < before + count; waited_ms += 10) {
        if (waited_ms > 5_000) throw new Error(`no data point\n${plimsoll.output()}`);
        await sleep(10);
      }
      const points = extraordinary().slice(before);
      const point = points.at(-1);
      if (point === undefined) throw new Error('no data point');
      return { result, points, point };
    },
    stop: async () => {
      await end();
      await plimsoll.stop();
      hostile.close();
      mirror.close();
      await sound.stop();
    },
  };
}

function keepAsking(port: number): { ordinary: Ordinary; end: () => Promise<void> } {
  const ordinary: Ordinary = { served: 0, disturbed: [] };
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let ended = false;
  const asking = (async () => {
    while (!ended) {
      const seen = await ask(port, agent);
      if (seen === '200 sound\n') ordinary.served++;
      else ordinary.disturbed.push(seen);
      await sleep(20);
    }
  })();
  return {
    ordinary,
    end: async () => {
      ended = true;
      await asking;
      agent.destroy();
    },
  };
}

/** Sends a request. @returns status and body, or what went wrong */
function ask(port: number, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    const headers = { host: 'ordinary.test' };
    const asked = get({ host: '127.0.0.1', port, agent, headers, timeout: 5_000 }, (response) => {
      let body = '';
      response.on('data', (data) => {
        body += data;
      });
      response.on('end', () => resolve(`${response.statusCode} ${body}`));
      response.on('error', (error) => resolve(String(error)));
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer within 5 s')));
    asked.on('error', (error) => resolve(String(error)));
  });
}

/** Finds a port on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
