import { describe, expect, it, vi } from 'vitest';
import { TRAFFIC } from '../../../../shared/analytics/datasets.ts';
import type { Overrides, Pool, Rule, Session } from '../../../../shared/model/config.ts';
import { parseCondition } from '../../../../shared/rules/condition.ts';
import { session as aSession, documentOf } from '../../../support/normalised.ts';
import { balancer, config, failed, plain, pool, rotating, setUp } from '../support.ts';

type Options = Parameters<typeof setUp>[0];

/** A gateway with session affinity and round robin over `p/a`, `p/b` and `p/c`. */
function gateway(change: Partial<Session> = {}, options: Options & { key?: string } = {}) {
  const { key = 'a secret', ...rest } = options;
  const up = setUp({ balancer: balancer({ session: aSession(change) }), ...rest });
  up.env.AFFINITY_KEY = key;
  const get = async (cookie?: string, path = '/') => {
    const response = await up.request(
      `https://app.example.com${path}`,
      cookie === undefined ? {} : { headers: { cookie } },
    );
    return {
      response,
      text: (await response.text()).trim(),
      set: response.headers.get('set-cookie')?.split(';')[0],
    };
  };
  const events = () => up.points.map(({ blobs }) => blobs[Number(TRAFFIC.columns.events.slice(4)) - 1]);
  return { ...up, get, events };
}

describe('session affinity by cookie', () => {
  it('begins with a cookie, and keeps the client on its origin', async () => {
    const { get, events } = gateway();
    const { text, set } = await get();
    expect(text).toBe('p/a');
    expect(set).toMatch(/^__plimsoll=[\w-]{60}$/);
    for (let i = 0; i < 5; i++) {
      const next = await get(`x=1; ${set}`);
      expect(next).toMatchObject({ text: 'p/a', set: undefined });
    }
    expect(events()).toEqual(['session_new', ...Array(5).fill('session_kept')]);
  });

  it('works if its cookie comes in a second line, which the runtime joins with a comma', async () => {
    const { get, tickets } = gateway();
    const { set } = await get();
    expect(await get(`x=1, ${set}`)).toMatchObject({ text: 'p/a', set: undefined });
    expect(await get(`${set}, x=1; y=2`)).toMatchObject({ text: 'p/a', set: undefined });
    expect(tickets).toHaveLength(3);
  });

  it('sets every attribute, and keeps only that answer out of shared caches', async () => {
    const { get } = gateway(
      {},
      {
        carry: () => plain('x', { headers: { 'cache-control': 'public, max-age=9', 'set-cookie': 'app=1' } }),
      },
    );
    const first = await get();
    expect(first.response.headers.getSetCookie()).toEqual([
      'app=1',
      expect.stringMatching(
        /^__plimsoll=[\w-]{60}; Path=\/; Max-Age=82800; HttpOnly; Secure; SameSite=None$/,
      ),
    ]);
    expect(first.response.headers.get('cache-control')).toBe('private, max-age=9');
    const [, ours = ''] = first.response.headers.getSetCookie();
    const second = await get(ours.split(';')[0]);
    expect(second.response.headers.get('cache-control')).toBe('public, max-age=9');
  });

  it('expires even if the browser still sends the cookie', async () => {
    const { get, clock, events } = gateway({ ttl_ms: 1_800_000 });
    const { set } = await get();
    clock.ms += 1_799_000;
    expect(await get(set)).toMatchObject({ text: 'p/a', set: undefined });
    clock.ms += 1_000;
    expect((await get(set)).set).toBeDefined();
    expect(events()).toEqual(['session_new', 'session_kept', 'session_new']);
  });

  it.each([
    '__plimsoll=',
    `__plimsoll=${'A'.repeat(60)}`,
    '__plimsoll="; DROP',
    '__plimsoll',
    '=;;=__plimsoll=%00',
  ])('takes "%s" for no cookie at all', async (cookie) => {
    const { get, events } = gateway();
    const { response, set } = await get(cookie);
    expect(response.status).toBe(200);
    expect(set).toBeDefined();
    expect(events()).toEqual(['session_new']);
  });

  it('ignores cookies of another key or another balancer, and foreign values', async () => {
    const { set = '' } = await gateway({}, { key: 'somebody else’s' }).get();
    expect((await gateway().get(set)).set).toBeDefined();
    const other = setUp({ balancer: balancer({ id: 'other', session: aSession() }) });
    other.env.AFFINITY_KEY = 'a secret';
    const theirs = (await other.request('https://app.example.com/')).headers.get('set-cookie')?.split(';')[0];
    expect((await gateway().get(theirs)).set).toBeDefined();
  });

  it('is read by every isolate that has the key, even as the previous key', async () => {
    const { set } = await gateway().get();
    const second = gateway({}, { key: 'a new secret' });
    second.env.AFFINITY_KEY_PREVIOUS = 'a secret';
    await second.get();
    expect(await second.get(set)).toMatchObject({ text: 'p/a', set: undefined });
    // New cookies are signed with the new key.
    const fresh = gateway({}, { key: 'a new secret' });
    expect(await fresh.get((await second.get()).set)).toMatchObject({ set: undefined });
    expect((await fresh.get(set)).set).toBeDefined();
  });

  it('survives a new configuration, and moves if that has no such origin', async () => {
    const { get, isolate } = gateway();
    const { set } = await get();
    const publish = async (names: string[], version: number) => {
      const document = documentOf(config([balancer({ session: aSession() })], [pool('p', names)]), version);
      Object.assign(isolate.env, {
        KV: { get: async (key: string) => (key === 'config' ? document : null) },
      });
      const looks: Promise<unknown>[] = [];
      isolate.documents.refresh((look) => looks.push(look), 0);
      await Promise.all(looks);
    };
    await publish(['c', 'b', 'a'], 2);
    expect(await get(set)).toMatchObject({ text: 'p/a', set: undefined });
    await publish(['b', 'c'], 3);
    const moved = await get(set);
    expect(moved.text).not.toBe('p/a');
    expect(moved.set).toBeDefined();
  });

  it('begins with a WebSocket handshake too', async () => {
    const { get } = gateway(
      {},
      {
        carry: () => {
          const { 0: client, 1: server } = new WebSocketPair();
          server.accept();
          return new Response(null, { status: 101, webSocket: client });
        },
      },
    );
    const { response, set } = await get();
    expect(response.status).toBe(101);
    expect(response.webSocket).not.toBeNull();
    expect(set).toBeDefined();
    response.webSocket?.accept();
    response.webSocket?.close();
  });

  it('does not begin with a failed answer, or without an answer', async () => {
    const unwilling = gateway({}, { carry: () => plain('x', { status: 503 }) });
    expect(await unwilling.get()).toMatchObject({ text: 'x', set: undefined });
    const dead = gateway({}, { carry: () => failed('connect_failed', false) });
    expect((await dead.get()).set).toBeUndefined();
  });

  it('serves without sessions if there is no key, and says so in data points and once in the log', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { get, events } = gateway({}, { key: '' });
    const texts = [];
    for (let i = 0; i < 3; i++) {
      const { text, set, response } = await get('__plimsoll=x');
      texts.push(text);
      expect(set).toBeUndefined();
      expect(response.headers.has('cache-control')).toBe(false);
    }
    expect(texts).toEqual(['p/a', 'p/b', 'p/c']);
    expect(events()).toEqual(Array(3).fill('session_no_key'));
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]?.[0]).toContain('AFFINITY_KEY');
    warn.mockRestore();
  });
});

describe('sessions under rules', () => {
  const rule = (name: string, overrides: Overrides): Rule => {
    const { expression } = parseCondition(`starts_with(http.request.uri.path, "/${name}")`);
    return { name, overrides, ...(expression === undefined ? {} : { condition: expression }) };
  };
  const pools = [pool('p', ['a', 'b', 'c']), pool('q', ['d', 'e'])];
  const ruled = (...rules: Rule[]) =>
    gateway(
      {},
      {
        pools,
        balancer: balancer({ session: aSession(), rules }),
        select: (question) =>
          rotating(question.rules?.includes('video') ? ['q/d', 'q/e'] : ['p/a', 'p/b', 'p/c'])(question),
      },
    );

  it('are separate if a rule sends requests to other pools, so that neither ends the other', async () => {
    const { get } = ruled(rule('video', { default_pools: ['q'], fallback_pool: 'q' }));
    const page = await get();
    const video = await get(page.set, '/video');
    expect(video.text).toMatch(/^q/);
    expect(video.set?.split('=')[0]).toMatch(/^__plimsoll_[0-9a-f]{8}$/);
    const both = `${page.set}; ${video.set}`;
    for (let i = 0; i < 4; i++) {
      expect(await get(both)).toMatchObject({ text: page.text, set: undefined });
      expect(await get(both, '/video')).toMatchObject({ text: video.text, set: undefined });
    }
  });

  it('are the same if a rule keeps the pools, and absent if the rule says so', async () => {
    const { get } = ruled(rule('slow', { failover_across_pools: true }), rule('free', { session: null }));
    const { text, set } = await get();
    expect(await get(set, '/slow')).toMatchObject({ text, set: undefined });
    expect((await get(undefined, '/free')).set).toBeUndefined();
  });
});

describe('zero_downtime_failover, when the origin of a session fails', () => {
  /** `p/a` serves the first request and then fails until it is revived. */
  async function begun(change: Partial<Session>, pools?: Pool[]) {
    const dead = new Set<string>();
    const up = gateway(change, {
      ...(pools === undefined ? {} : { pools }),
      carry: (_, { origin }) => (dead.has(origin) ? failed('connect_failed', false) : plain(origin)),
    });
    const { set } = await up.get();
    dead.add('p/a');
    up.tickets.length = 0;
    return { ...up, set, revive: () => dead.clear() };
  }

  it('"none" tries no other origin', async () => {
    const { get, set, tickets, events } = await begun({});
    const { response } = await get(set);
    expect(response.status).toBe(503);
    expect(response.headers.has('retry-after')).toBe(true);
    expect(response.headers.has('set-cookie')).toBe(false);
    expect(tickets.map(({ origin }) => origin)).toEqual(['p/a']);
    expect(events()).toEqual(['session_new', '']);
  });

  it('"none" still lets a new session begin elsewhere', async () => {
    const { get } = await begun({});
    for (let i = 0; i < 3; i++) {
      const { response, set } = await get();
      expect(response.status).toBe(200);
      expect(set).toBeDefined();
    }
  });

  it('"temporary" goes elsewhere and comes back, with the same cookie', async () => {
    const { get, set, revive, events } = await begun({ zero_downtime_failover: 'temporary' });
    const away = await get(set);
    expect(away.response.status).toBe(200);
    expect(away.text).not.toBe('p/a');
    expect(away.set).toBeUndefined();
    revive();
    expect(await get(set)).toMatchObject({ text: 'p/a', set: undefined });
    expect(events()).toEqual(['session_new', 'session_away', 'session_kept']);
  });

  it('"sticky" goes elsewhere and stays there', async () => {
    const { get, set, revive, events } = await begun({ zero_downtime_failover: 'sticky' });
    const moved = await get(set);
    expect(moved.text).not.toBe('p/a');
    expect(moved.set).toBeDefined();
    revive();
    expect(await get(moved.set)).toMatchObject({ text: moved.text, set: undefined });
    expect(events()).toEqual(['session_new', 'session_moved', 'session_kept']);
  });
});

describe('session affinity without a cookie', () => {
  it('"ip_cookie" chooses by address first, then by cookie', async () => {
    const first = new Map<string, string>();
    for (const address of ['192.0.2.1', '192.0.2.2', '2001:db8::1', '198.51.100.7']) {
      for (const up of [gateway({ by: 'ip_cookie' }), gateway({ by: 'ip_cookie' })]) {
        await up.get();
        const response = await up.request('https://app.example.com/', {
          headers: { 'cf-connecting-ip': address },
        });
        const text = await response.text();
        expect(first.get(address) ?? text).toBe(text);
        first.set(address, text);
        const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
        // The cookie counts even from another address.
        const elsewhere = { 'cf-connecting-ip': '203.0.113.9', cookie };
        expect(await (await up.request('https://app.example.com/', { headers: elsewhere })).text()).toBe(
          text,
        );
      }
    }
    expect(new Set(first.values()).size).toBeGreaterThan(1);
  });

  it('"header" keeps each value on one origin, in every isolate, and sets no cookie', async () => {
    const change: Partial<Session> = { by: 'header', headers: ['x-user'] };
    const [one, two] = [gateway(change), gateway(change)];
    const origins = new Set<string>();
    for (let user = 0; user < 12; user++) {
      const ask = async (up: typeof one) => {
        const response = await up.request('https://a.example/', { headers: { 'x-user': `${user}` } });
        expect(response.headers.has('set-cookie')).toBe(false);
        return response.text();
      };
      const text = await ask(one);
      origins.add(text);
      expect([await ask(one), await ask(two), await ask(two)]).toEqual([text, text, text]);
    }
    expect(origins.size).toBe(3);
    expect(new Set(one.events())).toEqual(new Set(['session_kept']));
  });

  it('"header" leaves a request without the header to steering', async () => {
    const { get, events } = gateway({ by: 'header', headers: ['x-user'] });
    const texts = [await get(), await get(), await get()].map(({ text }) => text);
    expect(texts).toEqual(['p/a', 'p/b', 'p/c']);
    expect(events()).toEqual(['', '', '']);
  });
});
