import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { HEALTH_KEY } from '../../shared/contracts/health.ts';
import { CONFIG_KEY } from '../../shared/model/config.ts';
import { configFor, configFrom, documentOf, POOL } from '../../tools/harness/config.ts';
import { type Origin, startOrigin } from '../../tools/harness/origin.ts';
import { healthOf } from './harness/health.ts';
import { startLoad } from './harness/load.ts';
import { type Plimsoll, type PlimsollOptions, startPlimsoll } from './harness/plimsoll.ts';

// The request path survives the failure of everything else. Each test takes one part away from real processes.

/** A request that waits for KV takes at least 1 s. Others take less than half of that, even on two busy cores. */
const WARM_LIMIT_MS = 500;

let origins: [Origin, Origin, Origin];
beforeAll(async () => {
  origins = [
    await startOrigin({ name: 'one' }),
    await startOrigin({ name: 'two' }),
    await startOrigin({ name: 'three' }),
  ];
});
afterAll(async () => {
  for (const origin of origins) await origin.stop();
});

/** Starts Plimsoll with three origins that answer with their names. Its configuration is published in KV and bundled. */
async function start(options: Partial<PlimsollOptions> = {}): Promise<Plimsoll> {
  const config = configFor(origins);
  const plimsoll = await startPlimsoll({ config, bundled: config, ...options });
  onTestFinished(() => plimsoll.stop());
  return plimsoll;
}

const sent = new WeakMap<Plimsoll, number>();

/** Sends GET requests one after the other. Each must be served. @returns the names of the origins that answered */
async function served(plimsoll: Plimsoll, count: number): Promise<string[]> {
  const names: string[] = [];
  for (let i = 0; i < count; i++) {
    const response = await fetch(plimsoll.url);
    sent.set(plimsoll, (sent.get(plimsoll) ?? 0) + 1);
    expect(response.status).toBe(200);
    names.push((await response.text()).trim());
  }
  return names;
}

/** Waits for the data points of all requests that {@link served} has sent. */
function recorded(plimsoll: Plimsoll): Promise<Plimsoll['points']> {
  return plimsoll.pointsWritten(sent.get(plimsoll) ?? 0);
}

/**
 * Sends rounds of nine requests until a round is divided among these origins, and no others, as the selector says. On a busy
 * machine a cold selector may miss its deadline at first.
 */
function shared(plimsoll: Plimsoll, names: string[]): Promise<void> {
  return eventually(5_000, async () => expect(set(await served(plimsoll, 9))).toEqual(names));
}

/** Repeats an expectation until it holds. @throws its last error after `limit_ms` */
async function eventually(limit_ms: number, expectation: () => Promise<void>): Promise<void> {
  for (const end = Date.now() + limit_ms; ; await sleep(100)) {
    try {
      return await expectation();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

const ALL = ['one', 'three', 'two'];
const set = (names: string[]) => [...new Set(names)].sort();

describe('without KV', () => {
  it.each(['absent', 'fail'] as const)(
    'serves by the bundled configuration and with the selector (KV: %s)',
    async (kv) => {
      const plimsoll = await start({ kv, cache: 'absent' });
      await served(plimsoll, 6);
      await shared(plimsoll, ALL);
      const points = await recorded(plimsoll);
      // Version 0 is the bundled configuration.
      for (const point of points)
        expect(point).toMatchObject({ outcome: 'ok', config_version: 0, attempts: 1 });
      expect(points.at(-1)?.strategy).toBe('off/round_robin');
    },
  );

  it('serves the first request of a cold isolate when KV and cache hang, and lets the next ones not wait', async () => {
    const plimsoll = await start({ kv: 'hang', cache: 'hang' });
    await served(plimsoll, 1);
    const began_at = performance.now();
    await served(plimsoll, 10);
    expect(performance.now() - began_at).toBeLessThan(WARM_LIMIT_MS);
    for (const point of await plimsoll.pointsWritten(11))
      expect(point).toMatchObject({ outcome: 'ok', config_version: 0 });
    // The selector is cold too, and also falls back to the bundled configuration.
    await shared(plimsoll, ALL);
  });

  it('lets no request of a warm isolate wait for a KV that hangs', async () => {
    const plimsoll = await start();
    await served(plimsoll, 6);
    plimsoll.kv.mode = 'hang';
    plimsoll.forgetHeads();
    const { reads } = plimsoll.kv;
    const load = startLoad(plimsoll.url, { clients: 2 });
    // The gateway looks again after 5 s.
    await sleep(6_000);
    const seen = await load.stop();
    expect(plimsoll.kv.reads).toBeGreaterThan(reads);
    expect(Object.keys(seen.statuses)).toEqual(['200']);
    expect(seen.slowest_ms).toBeLessThan(WARM_LIMIT_MS);
    for (const point of await plimsoll.pointsWritten(seen.requests + 6))
      expect(point).toMatchObject({ outcome: 'ok', config_version: 1 });
  });

  it('waits a limited time for a slow KV in a cold isolate, and uses a configuration that comes later', async () => {
    const plimsoll = await start({ bundled: configFor([origins[2]]), cache: 'absent' });
    plimsoll.kv.delay_ms = 300;
    await plimsoll.restart();
    await served(plimsoll, 1);
    expect((await recorded(plimsoll)).at(-1)?.config_version).toBe(1);
    plimsoll.kv.delay_ms = 2_000;
    await plimsoll.restart();
    await served(plimsoll, 1);
    expect((await recorded(plimsoll)).at(-1)?.config_version).toBe(0);
    await eventually(5_000, async () => {
      await served(plimsoll, 1);
      expect((await recorded(plimsoll)).at(-1)?.config_version).toBe(1);
    });
  });

  it.each(['absent', 'fail', 'hang'] as const)(
    'uses the published configuration without a cache (cache: %s)',
    async (cache) => {
      const plimsoll = await start({ cache, bundled: configFor([origins[2]]) });
      await served(plimsoll, 3);
      for (const point of await plimsoll.pointsWritten(3))
        expect(point).toMatchObject({ outcome: 'ok', config_version: 1 });
    },
  );

  it('prefers the copy that an earlier isolate left in the cache to the bundled configuration', async () => {
    const plimsoll = await start({ bundled: configFor([origins[2]]) });
    await served(plimsoll, 1);
    const lasting = () => [...plimsoll.cache.entries.keys()].filter((url) => !url.endsWith('/heads'));
    // The last heads and the body, of gateway and selector.
    await eventually(2_000, async () => expect(lasting()).toHaveLength(4));
    await recorded(plimsoll);
    plimsoll.forgetHeads();
    plimsoll.kv.mode = 'fail';
    await plimsoll.restart();
    await served(plimsoll, 3);
    const points = await plimsoll.pointsWritten(4);
    for (const point of points) expect(point).toMatchObject({ outcome: 'ok', config_version: 1 });
  });
});

describe('with garbage in KV', () => {
  const GARBAGE: Record<string, string> = {
    'malformed JSON': '{"format": 1, "vers',
    null: 'null',
    'a list': '[]',
    'an unknown format': '{"format": 2, "version": 9, "config": {"balancers": [], "pools": {}}}',
    'no balancers': '{"format": 1, "version": 9, "config": {"pools": {}}}',
    'a broken pool': '{"format": 1, "version": 9, "config": {"balancers": [], "pools": {"pool": null}}}',
  };

  it.each(Object.keys(GARBAGE))('starts with the bundled configuration when KV holds %s', async (kind) => {
    const plimsoll = await start({ kv: 'empty' });
    plimsoll.kv.values.set(CONFIG_KEY, GARBAGE[kind] ?? '');
    plimsoll.kv.values.set(HEALTH_KEY, GARBAGE[kind] ?? '');
    await shared(plimsoll, ALL);
    for (const point of await recorded(plimsoll))
      expect(point).toMatchObject({ outcome: 'ok', config_version: 0 });
  });

  it('keeps the good documents when both are overwritten under load', async () => {
    const config = configFor(origins, { monitor: {} });
    const plimsoll = await start({ config });
    const good = healthOf({ [`${POOL}/one`]: 'down' });
    plimsoll.kv.set(HEALTH_KEY, good);
    await eventually(8_000, async () => expect(set(await served(plimsoll, 9))).toEqual(['three', 'two']));
    const before = plimsoll.points.length;
    plimsoll.kv.set(CONFIG_KEY, { ...documentOf(config, 9), format: 2 });
    plimsoll.kv.set(HEALTH_KEY, { ...good, version: 9, origins: null });
    const { reads } = plimsoll.kv;
    const load = startLoad(plimsoll.url, { clients: 2 });
    // The gateway has read both documents.
    await eventually(7_000, async () => expect(plimsoll.kv.reads).toBeGreaterThanOrEqual(reads + 2));
    await sleep(500);
    const seen = await load.stop();
    expect(Object.keys(seen.statuses)).toEqual(['200']);
    const points = (await plimsoll.pointsWritten(before + seen.requests)).slice(before);
    for (const point of points) expect(point).toMatchObject({ outcome: 'ok', config_version: 1 });
    expect(set(points.map((point) => point.origin))).toEqual([`${POOL}/three`, `${POOL}/two`]);
  });
});

describe('when KV returns an older document', () => {
  it('keeps the newer one, whatever time the older one claims', async () => {
    const published = (version: number, day: number) => ({
      ...documentOf(configFor(origins), version),
      published_at: `2026-01-0${day}T00:00:00.000Z`,
    });
    const plimsoll = await start();
    const reaches = (version: number) =>
      eventually(8_000, async () => {
        await served(plimsoll, 1);
        expect((await recorded(plimsoll)).at(-1)?.config_version).toBe(version);
      });
    plimsoll.kv.publish(published(5, 5));
    await reaches(5);
    // KV returns an older version, published by somebody whose clock was ahead.
    plimsoll.kv.publish(published(4, 6));
    const { reads } = plimsoll.kv;
    for (const looks of [1, 2]) {
      await eventually(7_000, async () => {
        // Each time: a look that is under way puts its heads into the cache when it ends.
        plimsoll.forgetHeads();
        await served(plimsoll, 1);
        expect(plimsoll.kv.reads).toBeGreaterThanOrEqual(reads + 2 * looks);
      });
    }
    await served(plimsoll, 3);
    expect((await recorded(plimsoll)).at(-1)).toMatchObject({ config_version: 5, outcome: 'ok' });
  });
});

describe('without Analytics Engine', () => {
  it.each(['absent', 'fail', 'hang'] as const)('serves requests (dataset: %s)', async (traffic) => {
    const plimsoll = await start({ traffic });
    await shared(plimsoll, ALL);
    await served(plimsoll, 12);
    expect(plimsoll.points).toHaveLength(0);
    if (traffic !== 'fail') return;
    // Lost data points stay lost. Later ones are written.
    plimsoll.traffic.mode = 'ok';
    await served(plimsoll, 3);
    for (const point of await plimsoll.pointsWritten(3)) expect(point).toMatchObject({ outcome: 'ok' });
  });
});

describe('without health', () => {
  const one_down = { [`${POOL}/one`]: 'down' } as const;

  it('uses every origin while no health document was ever published', async () => {
    const plimsoll = await start({ config: configFor(origins, { monitor: {} }) });
    await shared(plimsoll, ALL);
    for (const point of await recorded(plimsoll)) expect(point).toMatchObject({ outcome: 'ok', attempts: 1 });
  });

  it('uses an origin that the document does not mention like one that is up', async () => {
    const plimsoll = await start({ config: configFor(origins, { monitor: {} }) });
    plimsoll.kv.set(HEALTH_KEY, healthOf({ [`${POOL}/one`]: 'down', [`${POOL}/two`]: 'up' }));
    await eventually(8_000, async () => expect(set(await served(plimsoll, 9))).toEqual(['three', 'two']));
  });

  it('believes a document for three heartbeats, with the selector', async () => {
    const plimsoll = await start({ config: configFor(origins, { monitor: {} }) });
    plimsoll.kv.set(HEALTH_KEY, healthOf(one_down, { heartbeat_ms: 1_000 }));
    const load = startLoad(plimsoll.url, { clients: 1, pause_ms: 20 });
    const used = () => set(plimsoll.points.slice(-20).map((point) => point.origin));
    await eventually(2_500, async () => expect(used()).toEqual([`${POOL}/three`, `${POOL}/two`]));
    // Earlier rankings are used for another second or two.
    await eventually(6_000, async () => expect(used()).toContain(`${POOL}/one`));
    const seen = await load.stop();
    expect(Object.keys(seen.statuses)).toEqual(['200']);
  });

  it.each([
    ['believes a fresh document', 0, ['three', 'two']],
    ['ignores a stale document', 4_000, ALL],
  ])('%s without the selector too', async (_, age_ms, expected) => {
    const plimsoll = await start({ config: configFor(origins, { monitor: {} }), selector: 'absent' });
    plimsoll.kv.set(HEALTH_KEY, healthOf(one_down, { age_ms, heartbeat_ms: 1_000 }));
    await plimsoll.restart();
    // This holds from the first request of a cold isolate on.
    expect(set(await served(plimsoll, 9))).toEqual(expected);
    expect((await plimsoll.pointsWritten(9)).at(-1)).toMatchObject({
      decision: 'failover_order',
      attempts: 1,
    });
  });
});

describe('with the least possible', () => {
  it('serves with gateway, selector and proxy alone: no KV, cache, dataset, health Worker or console', async () => {
    const plimsoll = await start({ kv: 'absent', cache: 'absent', traffic: 'absent', health: 'absent' });
    await shared(plimsoll, ALL);
  });

  it('uses every origin with gateway and proxy alone', async () => {
    const plimsoll = await start({ kv: 'absent', cache: 'absent', selector: 'absent' });
    expect(set(await served(plimsoll, 9))).toEqual(ALL);
    for (const point of await plimsoll.pointsWritten(9))
      expect(point).toMatchObject({ decision: 'failover_order', strategy: 'failover', config_version: 0 });
  });
});

describe('without a proxy', () => {
  it('answers 503 with Retry-After and no internals when the proxy is missing', async () => {
    const plimsoll = await start({ proxy: 'absent' });
    const response = await fetch(plimsoll.url);
    expect([response.status, response.headers.get('retry-after'), await response.text()]).toEqual([
      503,
      '5',
      'Service Unavailable\n',
    ]);
    expect((await plimsoll.pointsWritten(1))[0]).toMatchObject({
      outcome: 'proxy_failed',
      status: 503,
      attempts: 3,
    });
  });

  it('retries a GET and no POST when the proxy throws', async () => {
    const plimsoll = await start({
      proxy: { module: 'export default { fetch() { throw new Error("secret"); } };' },
    });
    const get = await fetch(plimsoll.url);
    const post = await fetch(plimsoll.url, { method: 'POST', body: 'once' });
    expect([get.status, await get.text()]).toEqual([503, 'Service Unavailable\n']);
    expect([post.status, await post.text()]).toEqual([502, 'Bad Gateway\n']);
    const points = await plimsoll.pointsWritten(2);
    expect(points[0]).toMatchObject({ outcome: 'proxy_failed', status: 503, attempts: 3 });
    expect(points[1]).toMatchObject({ outcome: 'proxy_failed', status: 502, attempts: 1 });
  });

  it('gives up a proxy that hangs', async () => {
    const plimsoll = await start({
      config: configFor(origins, { balancer: { timeouts: { first_byte_ms: 200 }, retry: { attempts: 2 } } }),
      proxy: { module: 'export default { fetch: () => new Promise((done) => setTimeout(done, 60_000)) };' },
    });
    expect((await fetch(plimsoll.url)).status).toBe(503);
    const post = await fetch(plimsoll.url, { method: 'POST', body: 'once' });
    expect(post.status).toBe(504);
    const points = await plimsoll.pointsWritten(2);
    expect(points.map(({ outcome, attempts }) => [outcome, attempts])).toEqual([
      ['timeout', 2],
      ['timeout', 1],
    ]);
  });

  it('tries an origin with another proxy when the proxy of the first is not bound', async () => {
    const [one, two] = origins;
    const at = ({ name, port }: Origin) => ({ name, address: '127.0.0.1', port });
    const config = configFrom({
      load_balancers: [{ name: '*', default_pools: [POOL] }],
      pools: [
        {
          name: POOL,
          origins: [{ ...at(one), proxy: 'eu' }, at(two)],
          origin_steering: { policy: 'round_robin' },
        },
      ],
    });
    const plimsoll = await start({ config });
    expect(set(await served(plimsoll, 6))).toEqual(['two']);
    const points = await plimsoll.pointsWritten(6);
    const failed_over = points.filter((point) => point.failed_origins === `${POOL}/one`);
    expect(failed_over.length).toBeGreaterThan(0);
    for (const point of failed_over)
      expect(point).toMatchObject({
        outcome: 'ok',
        attempts: 2,
        retry_reason: 'proxy_failed',
        proxy: 'PROXY',
      });
  });
});

describe('without a selector', () => {
  const module = (body: string) => ({
    module: `import { WorkerEntrypoint } from 'cloudflare:workers';
      export default class extends WorkerEntrypoint { async select(question) { ${body} } };`,
  });
  const answering = (change: string, before = '') =>
    module(`${before} return { rankings: [{ origins: ['${POOL}/three'], finalists: 0 }], use: 'repeat', vary: [],
      max_age_ms: 10000, strategy: 'x', version: '', config_version: 1, health_version: 0, ...(${change}) };`);

  it('follows a valid answer, from which the answers below differ', async () => {
    const plimsoll = await start({ selector: answering('{}') });
    await shared(plimsoll, ['three']);
  });

  it.each([
    ['is not bound', 'absent'],
    ['throws', module('throw new Error("out of order");')],
    ['has no select()', { module: 'export default { fetch: () => new Response("hello") };' }],
    ['answers nothing', module('return undefined;')],
    ['answers text', module('return "three";')],
    ['answers no rankings', answering('{ rankings: [] }')],
    ['answers rankings of the wrong type', answering('{ rankings: "three" }')],
    ['answers a ranking that is null', answering('{ rankings: [null] }')],
    ['answers unknown origins', answering('{ rankings: [{ origins: ["no/such", 7], finalists: 0 }] }')],
    ['varies on something that is not a fact', answering('{ vary: [7, null] }')],
    ['varies on a malformed header name', answering('{ vary: ["header:a b"] }')],
    [
      'names an origin twice',
      answering(`{ rankings: [{ origins: ["${POOL}/three", "${POOL}/three"], finalists: 0 }] }`),
    ],
    [
      'gives weights that are not numbers',
      answering(`{ rankings: [{ origins: ["${POOL}/three"], finalists: 0, weights: null }] }`),
    ],
    ['answers with a negative age', answering('{ max_age_ms: -1 }')],
  ] as const)('uses every origin and records its own order when the selector %s', async (_, selector) => {
    const plimsoll = await start({ selector });
    expect(set(await served(plimsoll, 9))).toEqual(ALL);
    await origins[0].kill();
    onTestFinished(() => origins[0].revive());
    expect(set(await served(plimsoll, 9))).toEqual(['three', 'two']);
    const points = await plimsoll.pointsWritten(18);
    for (const point of points)
      expect(point).toMatchObject({ outcome: 'ok', decision: 'failover_order', strategy: 'failover' });
    // The order is drawn evenly. Within nine requests, each of three origins comes first at least once.
    expect(points).toContainEqual(expect.objectContaining({ attempts: 2, failed_origins: `${POOL}/one` }));
  });

  it('does not wait for a selector that is slower than its deadline, and uses its late answer', async () => {
    // Its answer is valid and sends requests to origin three, but it takes six times the deadline.
    const late = answering('{}', 'await new Promise((done) => setTimeout(done, 300));');
    const plimsoll = await start({ selector: late });
    await served(plimsoll, 1);
    await shared(plimsoll, ['three']);
    const points = await recorded(plimsoll);
    for (const point of points) expect(point).toMatchObject({ outcome: 'ok', attempts: 1 });
    expect(points[0]?.decision).toBe('failover_order');
    expect(points.at(-1)).toMatchObject({ decision: 'kept', origin: `${POOL}/three` });
  });

  it('uses stale answers while the selector stands still, then its own order, and the selector again when it is back', async () => {
    const plimsoll = await start({ selector: 'apart' });
    await shared(plimsoll, ALL);
    plimsoll.selector?.suspend();
    // More requests than any batch has rankings: old rankings are used again.
    expect(set(await served(plimsoll, 60))).toEqual(ALL);
    expect((await recorded(plimsoll)).at(-1)).toMatchObject({
      decision: 'kept',
      strategy: 'off/round_robin',
    });
    // A new configuration discards them.
    plimsoll.kv.publish(documentOf(configFor(origins), 2));
    await eventually(8_000, async () => {
      await served(plimsoll, 3);
      expect((await recorded(plimsoll)).at(-1)).toMatchObject({
        decision: 'failover_order',
        config_version: 2,
      });
    });
    plimsoll.selector?.resume();
    await shared(plimsoll, ALL);
    expect((await recorded(plimsoll)).at(-1)).toMatchObject({ strategy: 'off/round_robin', outcome: 'ok' });
  });
});
