import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { ConfigFile } from '../../shared/authoring/schema.ts';
import { configFrom, documentOf } from '../../tools/harness/config.ts';
import { bodyOf, listen } from '../../tools/harness/http_server.ts';
import { type Origin, startOrigin } from '../../tools/harness/origin.ts';
import { type Plimsoll, type PlimsollOptions, startPlimsoll } from './harness/plimsoll.ts';

// Rate limits, load shedding and mirrors with real Workers.

let eu: Origin;
let us: Origin;
beforeAll(async () => {
  eu = await startOrigin({ name: 'eu' });
  us = await startOrigin({ name: 'us' });
});
afterAll(async () => {
  await eu.stop();
  await us.stop();
});

type Balancer = Partial<NonNullable<ConfigFile['load_balancers']>[number]>;
type Pool = Partial<NonNullable<ConfigFile['pools']>[number]>;

const at = (port: number) => [{ name: 'one', address: '127.0.0.1', port }];

/** Pools `eu` and `us` in failover order. `us` is the fallback pool. */
function configOf(balancer: Balancer, pool: Pool = {}, mirror_port = us.port) {
  return configFrom({
    load_balancers: [
      { name: '*', default_pools: ['eu', 'us'], timeouts: { first_byte_ms: 3_000 }, ...balancer },
    ],
    pools: [
      { name: 'eu', origins: at(eu.port), ...pool },
      { name: 'us', origins: at(us.port) },
      { name: 'copies', origins: at(mirror_port) },
    ],
  });
}

async function start(options: PlimsollOptions): Promise<Plimsoll> {
  const plimsoll = await startPlimsoll(options);
  onTestFinished(() => plimsoll.stop());
  return plimsoll;
}

/** Sends a request from this client address. @returns status and body */
async function ask({ url }: Plimsoll, address: string, init: RequestInit = {}): Promise<[number, string]> {
  const headers = { 'cf-connecting-ip': address };
  const response = await fetch(`${url}/x`, { ...init, headers });
  return [response.status, (await response.text()).trim()];
}

async function eventually(expectation: () => void | Promise<void>, limit_ms = 8_000): Promise<void> {
  for (const end = Date.now() + limit_ms; ; await sleep(50)) {
    try {
      return await expectation();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

/** Sends requests until the selector has answered. On a busy machine a cold one misses its deadline, and nothing is shed. */
function warm(plimsoll: Plimsoll): Promise<void> {
  return eventually(async () => {
    await ask(plimsoll, '192.0.2.1');
    await sleep(50);
    expect(plimsoll.points.at(-1)?.decision).toMatch(/^(kept|asked)$/);
  });
}

describe('a rate limit', () => {
  /** A stand-in for the platform's limiter, which allows three requests per key. */
  const limiter = (body: string) => `
    import { WorkerEntrypoint } from 'cloudflare:workers';
    const counts = new Map();
    export default class extends WorkerEntrypoint { async limit({ key }) { ${body} } };`;
  const THREE = 'counts.set(key, (counts.get(key) ?? 0) + 1); return { success: counts.get(key) <= 3 };';
  const limited = (source: string) =>
    start({
      config: configOf({ rate_limit: { limiter: 'api', retry_after_s: 30 } }),
      workers: { limiter: source },
      bindings: { gateway: { RATE_LIMIT_API: { service: 'limiter' } } },
    });

  it('answers 429 with Retry-After to a client above it, and to no other client', async () => {
    const plimsoll = await limited(limiter(THREE));
    const before = { ...eu.requests };
    for (let i = 0; i < 3; i++) expect(await ask(plimsoll, '2001:db8:0:1::1')).toEqual([200, 'eu']);
    // Addresses of one /64 are one client.
    const refused = await fetch(plimsoll.url, { headers: { 'cf-connecting-ip': '2001:db8:0:1::2' } });
    expect([refused.status, refused.headers.get('retry-after'), await refused.text()]).toEqual([
      429,
      '30',
      'Too Many Requests\n',
    ]);
    expect(await ask(plimsoll, '2001:db8:0:2::1')).toEqual([200, 'eu']);
    const points = await plimsoll.pointsWritten(5);
    expect(points[3]).toMatchObject({ outcome: 'limited', status: 429, events: 'limited', attempts: 0 });
    expect((eu.requests['GET'] ?? 0) - (before['GET'] ?? 0)).toBe(4);
  });

  it.each([
    ['throws', limiter('throw new Error("out of order");')],
    ['hangs', limiter('await new Promise((done) => setTimeout(done, 5_000));')],
    ['answers nonsense', limiter('return "yes";')],
  ])('lets every request pass while its limiter %s', async (_, source) => {
    const plimsoll = await limited(source);
    for (let i = 0; i < 8; i++) expect(await ask(plimsoll, '192.0.2.1')).toEqual([200, 'eu']);
    for (const point of await plimsoll.pointsWritten(8))
      expect(point).toMatchObject({ outcome: 'ok', events: 'limiter_failed' });
  });

  it('lets every request pass while its limiter is not bound', async () => {
    const plimsoll = await start({ config: configOf({ rate_limit: {} }) });
    expect(await ask(plimsoll, '192.0.2.1')).toEqual([200, 'eu']);
    expect((await plimsoll.pointsWritten(1))[0]).toMatchObject({ outcome: 'ok', events: 'limiter_missing' });
  });
});

describe('load shedding', () => {
  it('sends requests of a pool to the next, records it, and ends with the configuration', async () => {
    const plimsoll = await start({ config: configOf({}, { load_shedding: { default_percent: 100 } }) });
    await warm(plimsoll);
    const before = plimsoll.points.length;
    for (let i = 0; i < 10; i++) expect(await ask(plimsoll, '192.0.2.1')).toEqual([200, 'us']);
    for (const point of (await plimsoll.pointsWritten(before + 10)).slice(before))
      expect(point).toMatchObject({ origin: 'us/one', events: 'shed', strategy: 'off/random' });
    plimsoll.kv.publish(documentOf(configOf({}), 2));
    await eventually(async () => expect(await ask(plimsoll, '192.0.2.1')).toEqual([200, 'eu']), 12_000);
  });

  it('keeps every client on one pool if it sheds by client', async () => {
    const load_shedding = { default_percent: 50, default_policy: 'hash' } as const;
    const plimsoll = await start({ config: configOf({}, { load_shedding }) });
    await warm(plimsoll);
    const clients = Array.from({ length: 40 }, (_, i) => `198.51.100.${i}`);
    const round = async () => {
      const answers: string[] = [];
      for (const client of clients) answers.push((await ask(plimsoll, client))[1]);
      return answers;
    };
    const first = await round();
    // At 50 percent, the probability that all 40 clients are on one side is 1 in 2^39.
    expect(new Set(first)).toEqual(new Set(['eu', 'us']));
    expect(await round()).toEqual(first);
  });
});

describe('a mirror', () => {
  /** A server that records its requests and answers when it is told to. */
  async function startMirror(answer: 'at once' | 'never' | 'with 500') {
    const seen: { url: string; body: string; mirror: string | undefined; host: string | undefined }[] = [];
    const server = await listen(async (request, response) => {
      const body = (await bodyOf(request)).toString();
      const { host } = request.headers;
      seen.push({ url: request.url ?? '', body, mirror: request.headers['plimsoll-mirror'] as string, host });
      if (answer !== 'never') response.writeHead(answer === 'at once' ? 200 : 500).end('mirror');
    });
    onTestFinished(() => server.stop());
    return { seen, port: server.port };
  }

  const MIRROR = { pool: 'copies', percent: 100, methods: ['GET', 'POST'] as ('GET' | 'POST')[] };

  it('gets a copy of a request with its body, and one row records both results', async () => {
    const mirror = await startMirror('with 500');
    const plimsoll = await start({ config: configOf({ mirror: MIRROR }, {}, mirror.port) });
    const posted = { method: 'POST', body: 'hello' };
    expect(await ask(plimsoll, '192.0.2.1', posted)).toEqual([200, 'eu']);
    await eventually(() => expect(plimsoll.mirror.points).toHaveLength(1));
    expect(mirror.seen).toEqual([
      { url: '/x', body: 'hello', mirror: '1', host: `127.0.0.1:${mirror.port}` },
    ]);
    expect(plimsoll.mirror.points[0]).toMatchObject({
      pool: 'copies',
      outcome: 'ok',
      status: 500,
      live_status: 200,
      live_origin: 'eu/one',
      request_bytes: 5,
    });
    expect((await plimsoll.pointsWritten(1))[0]).toMatchObject({
      origin: 'eu/one',
      events: 'mirrored',
      attempts: 1,
    });
  });

  it('does not affect clients when it hangs or is down', async () => {
    const mirror = await startMirror('never');
    const dead = await listen(() => {});
    await dead.stop();
    for (const [port, outcome] of [
      [mirror.port, 'timeout'],
      [dead.port, 'connection_lost'],
    ] as const) {
      const plimsoll = await start({
        config: configOf({ mirror: MIRROR, timeouts: { first_byte_ms: 2_000 } }, {}, port),
      });
      const started_at = performance.now();
      for (let i = 0; i < 5; i++) expect(await ask(plimsoll, '192.0.2.1')).toEqual([200, 'eu']);
      // A request that waited for the mirror would take 2 s.
      expect(performance.now() - started_at).toBeLessThan(2_000);
      await eventually(() => expect(plimsoll.mirror.points).toHaveLength(5));
      for (const point of plimsoll.mirror.points)
        expect(point).toMatchObject({ outcome, status: 0, live_status: 200 });
    }
  });

  it('does not get streamed requests, which is recorded', async () => {
    const mirror = await startMirror('at once');
    const plimsoll = await start({ config: configOf({ mirror: MIRROR }, {}, mirror.port) });
    expect(await ask(plimsoll, '192.0.2.1', { method: 'POST', body: 'x'.repeat(100_000) })).toEqual([
      200,
      'eu',
    ]);
    expect((await plimsoll.pointsWritten(1))[0]).toMatchObject({ events: 'mirror_skipped' });
    expect(mirror.seen).toEqual([]);
  });

  it('makes no loop if it leads back to the gateway', async () => {
    const plimsoll = await start({ config: configOf({ mirror: MIRROR }) });
    plimsoll.kv.publish(documentOf(configOf({ mirror: MIRROR }, {}, plimsoll.port), 2));
    await eventually(async () => {
      await ask(plimsoll, '192.0.2.1');
      expect(plimsoll.points.at(-1)?.config_version).toBe(2);
    }, 12_000);
    await sleep(500);
    const before = { served: eu.requests['GET'] ?? 0, points: plimsoll.points.length };
    for (let i = 0; i < 10; i++) expect(await ask(plimsoll, '192.0.2.1')).toEqual([200, 'eu']);
    await sleep(1_000);
    expect((eu.requests['GET'] ?? 0) - before.served).toBe(10);
    // Each request may have one copy.
    expect(plimsoll.points.length - before.points).toBeLessThanOrEqual(20);
  });
});
