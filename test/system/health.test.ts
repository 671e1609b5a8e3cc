import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { HEALTH_KEY, type HealthDocument, type OriginHealth } from '../../shared/contracts/health.ts';
import type { Config } from '../../shared/model/config.ts';
import { type ConfigOptions, configFor, documentOf, POOL } from '../../tools/harness/config.ts';
import { bodyOf, listen } from '../../tools/harness/http_server.ts';
import { startKv } from '../../tools/harness/kv.ts';
import { type Behaviour, type Origin, startOrigin } from '../../tools/harness/origin.ts';
import { newToken } from '../../tools/project/new_token.ts';
import { plimsollWorkers } from '../../tools/workerd/plimsoll.ts';
import { serve } from '../../tools/workerd/serve.ts';
import { lb } from '../tools/cli/lb_process.ts';
import { type Plimsoll, type PlimsollOptions, startPlimsoll } from './harness/plimsoll.ts';

// The health Worker with real Durable Objects, alarms and probes: regions, monitor groups, webhooks and `lb probe`.

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** Plimsoll with its health Worker, in front of these origins. */
async function start(
  origins: readonly Pick<Origin, 'name' | 'port'>[],
  { more, ...options }: ConfigOptions & { more?: Partial<Config> },
  rest: Partial<PlimsollOptions> = {},
): Promise<Plimsoll> {
  const config = { ...configFor(origins, { monitor: {}, ...options }), ...more };
  // Shorter than a configuration may ask for, so that a test takes seconds instead of minutes.
  for (const monitor of Object.values(config.monitors)) monitor.interval_ms = 500;
  return startPlimsoll({ config, health: 'real', ...rest });
}

/** Waits until what is published of an origin is so. @returns it */
async function until(
  plimsoll: Plimsoll,
  name: string,
  holds: (origin: OriginHealth) => boolean,
): Promise<OriginHealth> {
  for (const end = Date.now() + 20_000; ; await sleep(50)) {
    const origin = plimsoll.kv.get<HealthDocument>(HEALTH_KEY)?.origins[`${POOL}/${name}`];
    if (origin !== undefined && holds(origin)) return origin;
    if (Date.now() > end) throw new Error(`not in time: ${JSON.stringify(origin)}\n${plimsoll.output()}`);
  }
}

/** Is well to probes, except to those from these regions: a probe says where it comes from. */
function brokenFrom(regions: ReadonlySet<string>): Behaviour {
  return (request: IncomingMessage, response: ServerResponse) => {
    const from = /; from (\w+)\)$/.exec(request.headers['user-agent'] ?? '')?.[1] ?? '';
    response.writeHead(regions.has(from) ? 503 : 200).end('here');
  };
}

it('lets the majority of regions decide, and keeps the state over a restart', async ({ onTestFinished }) => {
  const broken = new Set(['apac']);
  const origin = await startOrigin({ name: 'one', behaviour: brokenFrom(broken) });
  const pool = { check_regions: ['WEU' as const, 'EEU' as const, 'SEAS' as const, 'NEAS' as const] };
  // A policy that reads round-trip times, so that they are published.
  const plimsoll = await start([origin], { pool, balancer: { steering_policy: 'dynamic_latency' } });
  onTestFinished(async () => {
    await plimsoll.stop();
    await origin.stop();
  });

  await until(plimsoll, 'one', ({ state }) => state === 'up');
  const seenFrom = (region: string) =>
    plimsoll.health.points.findLast((point) => point.region === region)?.state ?? 'nothing';
  for (const end = Date.now() + 20_000; seenFrom('apac') !== 'down'; await sleep(50))
    if (Date.now() > end) throw new Error(plimsoll.output());
  expect([seenFrom('weur'), seenFrom('eeur')]).toEqual(['up', 'up']);
  // One of three is not a majority.
  expect((await until(plimsoll, 'one', () => true)).state).toBe('up');

  broken.add('eeur');
  const down = await until(plimsoll, 'one', ({ state }) => state === 'down');
  expect(down).toMatchObject({
    reason: 'response_code_mismatch',
    regions: { weur: 'up', eeur: 'down', apac: 'down' },
  });

  const { version = 0 } = plimsoll.kv.get<HealthDocument>(HEALTH_KEY) ?? {};
  await plimsoll.restart();
  broken.clear();
  const again = await until(plimsoll, 'one', ({ state }) => state === 'up');
  expect(again.since).toBeGreaterThan(down.since);
  expect(plimsoll.kv.get<HealthDocument>(HEALTH_KEY)?.version).toBeGreaterThan(version);
  const transitions = plimsoll.health.points
    .filter(({ kind }) => kind === 'transition')
    .map(({ previous_state, state, region }) => `${previous_state} ${state} ${region}`);
  // No `unknown` in between: neither the restart nor a silent region changes the state.
  expect(transitions).toEqual(['unknown up quorum', 'up down quorum', 'down up quorum']);
});

it('judges by a monitor group: a must_be_healthy monitor alone makes an origin down, a monitoring_only one never', async ({
  onTestFinished,
}) => {
  const failing = new Set(['/deep']);
  const behaviour: Behaviour = (request, response) =>
    void response.writeHead(failing.has(request.url ?? '') ? 503 : 200).end('here');
  const origin = await startOrigin({ name: 'one', behaviour });
  const base = configFor([origin], { monitor: {} }).monitors['monitor'];
  if (base === undefined) throw new Error('no monitor');
  const monitor = (id: string) => ({ ...base, id, path: `/${id}`, interval_ms: 500 });
  const config = configFor([origin], { pool: { monitor_group: 'group' } });
  config.monitors = { login: monitor('login'), deep: monitor('deep') };
  config.monitor_groups = {
    group: [
      { monitor: 'login', must_be_healthy: true },
      { monitor: 'deep', monitoring_only: true },
    ],
  };
  const plimsoll = await startPlimsoll({ config, health: 'real' });
  onTestFinished(async () => {
    await plimsoll.stop();
    await origin.stop();
  });

  await until(plimsoll, 'one', ({ state }) => state === 'up');
  failing.add('/login');
  await until(
    plimsoll,
    'one',
    ({ state, reason }) => state === 'down' && reason === 'response_code_mismatch',
  );
  failing.delete('/login');
  await until(plimsoll, 'one', ({ state }) => state === 'up');
  const checks = plimsoll.health.points.filter(({ kind }) => kind === 'check');
  expect(checks.some(({ monitor, state }) => monitor === 'deep' && state === 'down')).toBe(true);
});

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  data: { change: string; incident: string; origin?: string };
  type: string;
}

/** A webhook that fails the first two times and takes everything after that. */
async function startReceiver() {
  const received: Received[] = [];
  let calls = 0;
  const server = await listen(async (request, response) => {
    const body = (await bodyOf(request)).toString();
    calls++;
    if (calls === 1) return void response.writeHead(500).end();
    if (calls === 2) return void request.socket.destroy();
    received.push({
      headers: request.headers,
      body,
      ...(JSON.parse(body) as Pick<Received, 'data' | 'type'>),
    });
    response.writeHead(204).end();
  });
  return { ...server, received, calls: () => calls };
}

/** As a receiver does it by the words of the standard, with Node's own HMAC. */
function isSigned({ headers, body }: Received): boolean {
  const content = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64');
  const expected = `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
  const given = String(headers['webhook-signature']);
  return given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}

it('delivers one failure and one recovery, signed, to a webhook that fails twice, over a restart', async ({
  onTestFinished,
}) => {
  const receiver = await startReceiver();
  const origin = await startOrigin({ name: 'one' });
  const more = { notifications: [{ name: 'ops', url: `http://127.0.0.1:${receiver.port}/hook` }] };
  const pool = { notification_filter: { pool: { disable: true } } };
  const plimsoll = await start(
    [origin],
    { pool, more },
    {
      bindings: { health: { WEBHOOK_SECRET: { text: SECRET } } },
    },
  );
  onTestFinished(async () => {
    for (const part of [plimsoll, origin, receiver]) await part.stop();
  });
  const receivedAll = async (count: number) => {
    // Two failures cost up to 5 s and 10 s of backoff. The rest is slack for a busy machine.
    for (const end = Date.now() + 40_000; receiver.received.length < count; await sleep(50))
      if (Date.now() > end) throw new Error(`${receiver.calls()} calls\n${plimsoll.output()}`);
  };

  await until(plimsoll, 'one', ({ state }) => state === 'up');
  origin.health_status = 503;
  await until(plimsoll, 'one', ({ state }) => state === 'down');
  for (const end = Date.now() + 10_000; receiver.calls() < 1 && Date.now() < end; ) await sleep(20);
  await plimsoll.restart();
  // The origin is probed on time while the webhook fails.
  const probes = origin.probes;
  await sleep(2_500);
  expect(origin.probes - probes).toBeGreaterThanOrEqual(2);
  await receivedAll(1);
  origin.health_status = undefined;
  await until(plimsoll, 'one', ({ state }) => state === 'up');
  await receivedAll(2);
  await sleep(1_500);

  expect(receiver.received.map(({ type, data }) => `${type} ${data.change} ${data.origin}`)).toEqual([
    `origin.down opened ${POOL}/one`,
    `origin.up closed ${POOL}/one`,
  ]);
  expect(receiver.calls()).toBe(4);
  expect(receiver.received.every(isSigned)).toBe(true);
  expect(new Set(receiver.received.map(({ data }) => data.incident)).size).toBe(1);
}, 120_000);

it('judges a response that never ends, and closes its connection', async ({ onTestFinished }) => {
  let open = 0;
  const endless: Behaviour = (request, response) => {
    open++;
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: alive\n\n');
    const beat = setInterval(() => response.write(': beat\n\n'), 50);
    request.socket.once('close', () => {
      clearInterval(beat);
      open--;
    });
  };
  const origin = await startOrigin({ name: 'one', behaviour: endless });
  const plimsoll = await start([origin], { monitor: { expected_body: 'alive' } });
  onTestFinished(async () => {
    await plimsoll.stop();
    await origin.stop();
  });
  await until(plimsoll, 'one', ({ state }) => state === 'up');
  for (const end = Date.now() + 5_000; origin.probes < 4 && Date.now() < end; ) await sleep(20);
  expect(plimsoll.health.points.map(({ state }) => state)).not.toContain('down');
  // At most the one that is being read.
  expect(open).toBeLessThanOrEqual(1);
});

it.each(['tcp', 'http'] as const)('probes an IPv6 address over %s', async (type) => {
  const server = createServer((_, response) => response.end('six'));
  await new Promise<void>((resolve) => server.listen(0, '::1', resolve));
  const { port } = server.address() as AddressInfo;
  const plimsoll = await start([{ name: 'one', port }], {
    origin: { address: '::1' },
    monitor: { type, port },
  });
  onTestFinished(async () => {
    await plimsoll.stop();
    server.closeAllConnections();
    server.close();
  });
  await until(plimsoll, 'one', ({ state }) => state === 'up');
  expect(await (await fetch(plimsoll.url)).text()).toBe('six');
});

it('shows the result of a probe with `lb probe`, through the console, and changes nothing', async ({
  onTestFinished,
}) => {
  const origins = [await startOrigin({ name: 'one' }), await startOrigin({ name: 'two' })];
  const kv = await startKv();
  const config = configFor(origins, { monitor: {} });
  kv.publish(documentOf(config));
  const token = newToken();
  const workers = await plimsollWorkers(
    { proxy: 'real', health: 'real', console: 'real' },
    { kv: 'kv' },
    documentOf({ balancers: [], pools: {}, monitors: {} }, 0),
    { console: { LOCAL: { text: 'true' }, ADMIN_TOKEN: { text: token } } },
  );
  // A question to the coordinator would start its clock, and with it the usual checks.
  delete workers['console']?.bindings['OPERATOR'];
  const served = await serve({ workers, externals: { kv: kv.port }, sockets: ['console'] });
  onTestFinished(async () => {
    await served.stop();
    for (const part of [...origins, kv]) await part.stop();
  });
  const probe = (...args: string[]) =>
    lb(['probe', ...args, '--json', '--local', '--console', `http://127.0.0.1:${served.ports['console']}`], {
      PLIMSOLL_TOKEN: token,
    });

  const both = await probe();
  expect(both.stderr).not.toContain('lb:');
  expect(JSON.parse(both.stdout)).toMatchObject([
    { origin: `${POOL}/one`, monitor: 'monitor', outcome: 'success', status: 200 },
    { origin: `${POOL}/two`, outcome: 'success' },
  ]);
  await origins[1]?.kill();
  const two = await probe(`${POOL}/two`);
  expect(two.code).toBe(1);
  expect(JSON.parse(two.stdout)).toMatchObject([
    { outcome: 'failure', reason: 'tcp_connection_failed', status: 0 },
  ]);
  expect((await probe(`${POOL}/three`)).stderr).toContain(`no origin "${POOL}/three"`);
  // The clock of `Monitors` was never started, so every probe was requested, and nothing is published.
  expect(origins.map(({ probes }) => probes)).toEqual([1, 1]);
  expect(kv.get(HEALTH_KEY)).toBeUndefined();
});
