import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, it, type TestContext } from 'vitest';
import { stampDrains } from '../../shared/authoring/operator_state.ts';
import type { ConfigFile } from '../../shared/authoring/schema.ts';
import { HEALTH_KEY } from '../../shared/contracts/health.ts';
import type { Config } from '../../shared/model/config.ts';
import { originId } from '../../shared/model/ids.ts';
import { configFrom, documentOf } from '../../tools/harness/config.ts';
import { type Echo, type Origin, startOrigin } from '../../tools/harness/origin.ts';
import { newBrowser } from './harness/browser.ts';
import { healthOf } from './harness/health.ts';
import { type Plimsoll, startPlimsoll } from './harness/plimsoll.ts';
import { send } from './harness/raw_client.ts';

// Clients that stay on an origin, and origins that leave, with real processes and cookies.

/** A document is read again after 5 s, or later on a busy machine. */
const TAKES_EFFECT_MS = 15_000;
const KEY = { AFFINITY_KEY: { text: 'the key of these tests' } };
const NAMES = ['alpha', 'bravo', 'charlie'];

type Balancer = NonNullable<ConfigFile['load_balancers']>[number];
type FileOrigin = NonNullable<ConfigFile['pools']>[number]['origins'][number];

interface System {
  plimsoll: Plimsoll;
  origins: Origin[];
  /** Publishes the configuration with these changes, as `lb publish` does, and waits until it is in use. */
  publish(changes: Changes): Promise<Config>;
}

/** Changes to the configuration file: of each balancer, and of origins by name. */
interface Changes {
  balancers?: Partial<Balancer>[];
  origins?: Record<string, Partial<FileOrigin>>;
  without?: string[];
  monitor?: boolean;
}

/** Starts three origins in one pool with `round_robin`, behind balancers that differ by path. */
async function start(context: TestContext, changes: Changes): Promise<System> {
  const origins = await Promise.all(NAMES.map((name) => startOrigin({ name, web_socket: true })));
  const configOf = ({ balancers = [{}], origins: changed = {}, without = [], monitor = false }: Changes) =>
    configFrom({
      load_balancers: balancers.map((balancer) => ({
        name: '*',
        default_pools: ['pool'],
        session_affinity: 'cookie',
        retry: { attempts: 3 },
        timeouts: { first_byte_ms: 2_000 },
        ...balancer,
      })),
      pools: [
        {
          name: 'pool',
          origin_steering: { policy: 'round_robin' },
          ...(monitor ? { monitor: 'monitor' } : {}),
          origins: origins
            .filter(({ name }) => !without.includes(name))
            .map(({ name, port }) => ({ name, address: '127.0.0.1', port, ...changed[name] })),
        },
      ],
      monitors: monitor ? [{ id: 'monitor' }] : [],
    });
  const plimsoll = await startPlimsoll({ config: configOf(changes), bindings: { gateway: KEY } });
  context.onTestFinished(async () => {
    for (const part of [plimsoll, ...origins]) await part.stop();
  });
  return {
    plimsoll,
    origins,
    publish: async (next) => {
      const before = plimsoll.kv.published;
      const config = stampDrains(configOf(next), before?.config, Date.now());
      const document = documentOf(config, (before?.version ?? 0) + 1);
      plimsoll.kv.publish(document);
      const used = () =>
        plimsoll.points.at(-1)?.config_version === document.version &&
        plimsoll.points.at(-1)?.decision !== 'failover_order';
      for (const end = Date.now() + TAKES_EFFECT_MS; !used(); await sleep(200)) {
        if (Date.now() > end) throw new Error(`version ${document.version} is not in use`);
        await newBrowser(plimsoll.url).get();
      }
      // The selector reads a configuration one second after a gateway tells it of a newer version. Kept answers last as long.
      await sleep(2_500);
      return config;
    },
  };
}

/** Sends requests of new clients, enough to meet every origin that accepts them. @returns the origins that answered */
async function newcomers(url: string, count = 12, path = '/'): Promise<Set<string>> {
  const seen = new Set<string>();
  for (let i = 0; i < count; i++) seen.add((await newBrowser(url).get(path)).text);
  return seen;
}

describe.concurrent('session affinity', () => {
  it('keeps a client on its origin over fifty requests and a change of weights', async (context) => {
    const { expect } = context;
    const { plimsoll, publish } = await start(context, {});
    const browser = newBrowser(plimsoll.url);
    const { text: home, cookie_set } = await browser.get();
    expect(cookie_set).toBe(true);
    for (let i = 0; i < 25; i++) expect(await browser.get()).toMatchObject({ text: home, cookie_set: false });
    await publish({ origins: { [home]: { weight: 0.01 } } });
    for (let i = 0; i < 25; i++) expect(await browser.get()).toMatchObject({ text: home, cookie_set: false });
    expect(await newcomers(plimsoll.url)).not.toEqual(new Set([home]));
    const kept = plimsoll.points.filter(({ events }) => events === 'session_kept');
    expect(kept.length).toBeGreaterThanOrEqual(50);
  });

  it('shows clients no origin and shows origins no session cookie', async (context) => {
    const { expect } = context;
    const { plimsoll } = await start(context, {
      balancers: [{}, { path: '/echo/plain', session_affinity: 'none' }],
    });
    const browser = newBrowser(plimsoll.url);
    const { headers, text } = await browser.get('/echo');
    const said = [...headers].join('\n');
    const value = browser.cookie.split('=')[1] ?? '';
    for (const name of [...NAMES, 'pool', '127.0.0.1'])
      for (const form of [said, Buffer.from(value, 'base64url').toString('latin1')])
        expect(form).not.toContain(name);
    expect((JSON.parse(text) as Echo).headers.cookie).toBeUndefined();

    // The rest of the header stays unchanged, even odd characters, UTF-8 and several lines.
    const sent = async (path: string, ...cookies: string[]) => {
      const lines = cookies.map((cookie) => `Cookie: ${cookie}`);
      const { body } = await send(plimsoll.port, [`GET ${path} HTTP/1.1`, 'Host: localhost', ...lines]);
      const json = body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1);
      // The answer is UTF-8, but was read as Latin-1.
      const { raw_headers } = JSON.parse(Buffer.from(json, 'latin1').toString()) as Echo;
      return raw_headers.filter((_, i) => raw_headers[i - 1]?.toLowerCase() === 'cookie');
    };
    const odd = 'a="1, 2";  b=\xc3\xa9%20=; c';
    expect(await sent('/echo', `${browser.cookie}; ${odd}`)).toEqual([odd]);
    expect(await sent('/echo', 'a=1', browser.cookie, 'b=2')).toEqual(['a=1, b=2']);
    // This also holds for a balancer of the same host without sessions.
    expect(await sent('/echo/plain', `x=1; ${browser.cookie}`)).toEqual(['x=1']);
    expect(await sent('/echo/plain', browser.cookie)).toEqual([]);
  });

  it('adds its cookie to compressed and streamed answers and changes no byte of them', async (context) => {
    const { expect } = context;
    const { plimsoll, origins } = await start(context, {});
    const gzipped = gzipSync('a line that repeats\n'.repeat(50_000));
    const behaviour = ({ url }: IncomingMessage, response: ServerResponse) => {
      if (url === '/gzip')
        response
          .writeHead(200, { 'content-encoding': 'gzip', 'content-length': gzipped.length })
          .end(gzipped);
      else {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: first\n\n');
        setTimeout(() => response.end('data: second\n\n'), 200);
      }
    };
    for (const origin of origins) origin.behaviour = behaviour;
    const packed = await send(plimsoll.port, [
      'GET /gzip HTTP/1.1',
      'Host: localhost',
      'Accept-Encoding: gzip',
    ]);
    expect(packed.head).toMatch(/set-cookie: __plimsoll=/i);
    expect(packed.head).toMatch(/content-encoding: gzip/i);
    expect(Buffer.from(packed.body, 'latin1').equals(gzipped)).toBe(true);
    const streamed = await newBrowser(plimsoll.url).get('/events');
    expect(streamed).toMatchObject({ text: 'data: first\n\ndata: second', cookie_set: true });
  });

  it('follows zero_downtime_failover when the origin of a session dies', async (context) => {
    const { expect } = context;
    const policies = ['none', 'temporary', 'sticky'] as const;
    const { plimsoll, origins } = await start(context, {
      balancers: policies.map((zero_downtime_failover) => ({
        path: `/${zero_downtime_failover}`,
        session_affinity_attributes: { zero_downtime_failover },
      })),
    });
    const visits = async (policy: string) => {
      const browser = newBrowser(plimsoll.url);
      const { text: home } = await browser.get(`/${policy}`);
      return { browser, home, dying: origins.find(({ name }) => name === home) };
    };
    for (const policy of policies) {
      const { browser, home, dying } = await visits(policy);
      await dying?.kill();
      const during = await browser.get(`/${policy}`);
      await dying?.revive();
      const after = await browser.get(`/${policy}`);
      if (policy === 'none') {
        expect(during).toMatchObject({ status: 503, cookie_set: false });
        expect(after.text).toBe(home);
      } else {
        expect(during.status).toBe(200);
        expect(during.text).not.toBe(home);
        expect(during.cookie_set).toBe(policy === 'sticky');
        expect(after).toMatchObject({ text: policy === 'sticky' ? during.text : home, cookie_set: false });
      }
    }
  });

  it('moves a session away from an origin that probes find down', async (context) => {
    const { expect } = context;
    const { plimsoll } = await start(context, { monitor: true });
    const browser = newBrowser(plimsoll.url);
    const { text: home } = await browser.get();
    plimsoll.kv.set(HEALTH_KEY, healthOf({ [originId('pool', home)]: 'down' }));
    let moved = await browser.get();
    for (const end = Date.now() + TAKES_EFFECT_MS; moved.text === home && Date.now() < end; await sleep(200))
      moved = await browser.get();
    expect(moved.text).not.toBe(home);
    expect(moved.cookie_set).toBe(true);
    expect(await browser.get()).toMatchObject({ text: moved.text, cookie_set: false });
  });

  it('chooses the same origin by address or header in two processes', async (context) => {
    const { expect } = context;
    const changes: Changes = {
      balancers: [
        { path: '/ip', session_affinity: 'ip_cookie' },
        { path: '/user', session_affinity: 'header', session_affinity_attributes: { headers: ['X-User'] } },
      ],
    };
    const first = await start(context, changes);
    const config = first.plimsoll.kv.published?.config ?? { balancers: [], pools: {}, monitors: {} };
    const second = await startPlimsoll({ config, bindings: { gateway: KEY } });
    context.onTestFinished(() => second.stop());
    const seen = { '/ip': new Set<string>(), '/user': new Set<string>() };
    for (let i = 0; i < 24; i++) {
      for (const [path, headers] of [
        ['/ip', { 'cf-connecting-ip': `192.0.2.${i}` }],
        ['/user', { 'x-user': `user ${i}` }],
      ] as const) {
        const texts = [];
        for (const { url } of [first.plimsoll, first.plimsoll, second]) {
          const visit = await newBrowser(url).get(path, headers);
          expect(visit.cookie_set).toBe(path === '/ip');
          texts.push(visit.text);
        }
        expect(new Set(texts).size).toBe(1);
        for (const text of texts) seen[path].add(text);
      }
    }
    expect([...seen['/ip']].sort()).toEqual(NAMES);
    expect([...seen['/user']].sort()).toEqual(NAMES);

    // A cookie of one process is valid in the other.
    const browser = newBrowser(first.plimsoll.url);
    const { text } = await browser.get('/ip', { 'cf-connecting-ip': '192.0.2.1' });
    const there = newBrowser(second.url);
    there.cookie = browser.cookie;
    for (const address of ['198.51.100.1', '198.51.100.2', '198.51.100.3'])
      expect(await there.get('/ip', { 'cf-connecting-ip': address })).toMatchObject({
        text,
        cookie_set: false,
      });
  });
});

describe.concurrent('an origin that leaves', () => {
  /** Long enough to observe the origin after the configuration has taken effect. */
  const DRAIN_MS = 25_000;
  const balancers: Partial<Balancer>[] = [
    { session_affinity_ttl: 1_800, session_affinity_attributes: { drain_duration: DRAIN_MS / 1_000 } },
  ];

  it.for<[string, Partial<FileOrigin>]>([
    ['in drain', { state: 'drain' }],
    ['disabled', { enabled: false }],
  ])('%s serves its sessions until its time is over, and no new client', async ([, leaving], context) => {
    const { expect } = context;
    const { plimsoll, publish } = await start(context, { balancers });
    const browser = newBrowser(plimsoll.url);
    const { text: home } = await browser.get();
    const { pools } = await publish({ balancers, origins: { [home]: leaving } });
    const since = pools['pool']?.origins.find(({ name }) => name === home)?.draining_since ?? 0;
    const left_ms = () => since + DRAIN_MS - Date.now();
    const others = NAMES.filter((name) => name !== home);
    do {
      expect(await browser.get()).toMatchObject({ text: home, cookie_set: false });
      expect([...(await newcomers(plimsoll.url, 4))].every((name) => others.includes(name))).toBe(true);
      await sleep(500);
      // A request sent before the end may be answered after it.
    } while (left_ms() > 2_000);
    await sleep(Math.max(left_ms(), 0));
    const moved = await browser.get();
    expect(others).toContain(moved.text);
    expect(moved.cookie_set).toBe(true);
    expect(await browser.get()).toMatchObject({ text: moved.text, cookie_set: false });
    expect(await newcomers(plimsoll.url)).toEqual(new Set(others));
  });

  it('in maintenance gets no request, not even of its sessions', async (context) => {
    const { expect } = context;
    const { plimsoll, origins, publish } = await start(context, {});
    const browser = newBrowser(plimsoll.url);
    const { text: home } = await browser.get();
    await publish({ origins: { [home]: { state: 'maintenance' } } });
    const asked = () => origins.find(({ name }) => name === home)?.requests['GET'];
    const before = asked();
    expect((await browser.get()).text).not.toBe(home);
    expect(await newcomers(plimsoll.url)).toEqual(new Set(NAMES.filter((name) => name !== home)));
    expect(asked()).toBe(before);
  });

  it('keeps its WebSockets open in drain, disabled, and removed', async (context) => {
    const { expect } = context;
    const { plimsoll, publish } = await start(context, {});
    const socket = new WebSocket(`${plimsoll.url.replace('http', 'ws')}/socket`);
    context.onTestFinished(() => socket.close());
    let closed = false;
    socket.onclose = () => {
      closed = true;
    };
    const home = await new Promise<string>((resolve, reject) => {
      socket.onerror = () => reject(new Error('no WebSocket'));
      socket.onmessage = ({ data }) => resolve(String(data));
    });
    const echoes = async (text: string) => {
      const echoed = new Promise((resolve) => {
        socket.onmessage = ({ data }) => resolve(data);
      });
      socket.send(text);
      expect(await Promise.race([echoed, sleep(2_000)])).toBe(text);
      expect(closed).toBe(false);
    };
    expect(NAMES).toContain(home);
    await echoes('ready');
    await publish({ origins: { [home]: { state: 'drain' } } });
    await echoes('in drain');
    await publish({ origins: { [home]: { enabled: false } } });
    await echoes('disabled');
    await publish({ without: [home] });
    expect(await newcomers(plimsoll.url)).toEqual(new Set(NAMES.filter((name) => name !== home)));
    await echoes('not in the configuration any more');
  });
});

describe.concurrent('a balancer in maintenance', () => {
  it('starts and ends by publishing, without a deploy', async (context) => {
    const { expect } = context;
    const { plimsoll, publish, origins } = await start(context, {});
    const maintenance = { enabled: true, retry_after_s: 60, message_body: 'Back at noon\n' };
    const asked = () => origins.reduce((sum, { requests }) => sum + (requests['GET'] ?? 0), 0);
    await publish({ balancers: [{ maintenance }] });
    const before = asked();
    const visit = await newBrowser(plimsoll.url).get('/anything');
    expect(visit).toMatchObject({ status: 503, text: 'Back at noon', cookie_set: false });
    expect(visit.headers.get('retry-after')).toBe('60');
    expect(asked()).toBe(before);
    await publish({ balancers: [{ maintenance: { ...maintenance, enabled: false } }] });
    expect((await newBrowser(plimsoll.url).get('/anything')).status).toBe(200);
  });
});
