import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { OriginState } from '../../../../shared/contracts/health.ts';
import type { Message } from '../../../../shared/contracts/notification.ts';
import type { Config, Filter, Pool } from '../../../../shared/model/config.ts';
import type { OriginId } from '../../../../shared/model/ids.ts';
import { sign } from '../../../../shared/notify/standard.ts';
import { type Env, IO } from '../../../../workers/health/env.ts';
import type { Judged } from '../../../../workers/health/judge/status.ts';
import { Notifier, passes } from '../../../../workers/health/notify/notifier.ts';
import { fakeKv } from '../fake_kv.ts';
import { config as configOf, origin } from '../fixture.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const OPS = { name: 'ops', url: 'https://hooks.example.com/' };

let kv: SyncKvStorage;
let requests: { request: Request; message: Message; body: string }[];
/** The receiver's responses in turn; then 204. */
let answers: (() => Promise<Response> | Response)[];
let now: number;

beforeEach(() => {
  kv = fakeKv();
  requests = [];
  answers = [];
  now = 1_000_000;
  vi.spyOn(console, 'error').mockImplementation(() => {});
  return () => vi.restoreAllMocks();
});

const receive = async (request: Request) => {
  const body = await request.clone().text();
  requests.push({ request, body, message: JSON.parse(body) as Message });
  return (await answers.shift()?.()) ?? new Response(null, { status: 204 });
};

const io = { ...IO, fetch: receive, now: () => now };
const start = (env: Partial<Env> = {}) => new Notifier(kv, env as Env, io);

function config(more: Partial<Config> = {}, pool: Partial<Pool> = {}): Config {
  return { ...configOf([origin('a'), origin('b')], { pool }), notifications: [OPS], ...more };
}

const judged = (states: Record<string, OriginState>): Judged[] =>
  Object.entries(states).map(([id, state]) => ({
    id: id as OriginId,
    pool: 'p',
    status: { seen: state, state, since: 1, ...(state === 'down' ? { reason: 'tcp_timeout' } : {}) },
    opinions: new Map([['default', { state }]]),
    advisory: [],
  }));

/** The messages that arrived: `type change`. */
const told = () => requests.map(({ message }) => `${message.type} ${message.data.change}`);

describe('Notifier', () => {
  it('tells once when an origin and its pool fail, and once when they recover', async () => {
    const notifier = start();
    for (const a of ['up', 'down', 'down', 'unknown', 'down', 'up', 'up'] as const) {
      notifier.observe(judged({ 'p/a': a, 'p/b': 'up' }), config(), now++);
      await notifier.post();
    }
    expect(told()).toEqual([
      'origin.down opened',
      'pool.degraded opened',
      'origin.up closed',
      'pool.healthy closed',
    ]);
    const [opened, , closed] = requests.map(({ message }) => message.data);
    expect(opened).toMatchObject({ origin: 'p/a', pool: 'p', state: 'down', reason: 'tcp_timeout' });
    expect(closed?.incident).toBe(opened?.incident);
    expect(closed?.opened_at).toBe(opened?.opened_at);
    expect(new Set(requests.map(({ request }) => request.headers.get('webhook-id'))).size).toBe(4);
  });

  it('is silent while an origin is held back, and tells when it is released', async () => {
    const notifier = start();
    for (const a of ['down', 'degraded', 'down', 'degraded', 'down', 'degraded', 'up'] as const)
      notifier.observe(
        judged({ 'p/a': a, 'p/b': 'up' }),
        config({}, { notification_filter: { pool: { disable: true } } }),
        now++,
      );
    await notifier.post();
    expect(told()).toEqual(['origin.down opened', 'origin.up closed']);
  });

  it('tells when a pool gets worse or better', async () => {
    const notifier = start();
    const filter = { notification_filter: { origin: { disable: true as const } } };
    for (const [a, b] of [
      ['up', 'down'],
      ['down', 'down'],
      ['down', 'up'],
      ['up', 'up'],
    ] as const)
      notifier.observe(judged({ 'p/a': a, 'p/b': b }), config({}, filter), now++);
    await notifier.post();
    expect(told()).toEqual([
      'pool.degraded opened',
      'pool.critical changed',
      'pool.degraded changed',
      'pool.healthy closed',
    ]);
  });

  it('signs every attempt, each with its own time and the same id', async () => {
    const notifier = start({ WEBHOOK_SECRET: 'whsec_AAAA', WEBHOOK_SECRET_OPS: SECRET });
    answers = [() => new Response(null, { status: 500 })];
    notifier.observe(
      judged({ 'p/a': 'down' }),
      config({}, { notification_filter: { pool: { disable: true } } }),
      now,
    );
    await notifier.post();
    now = notifier.nextAt(now);
    await notifier.post();
    expect(requests.length).toBe(2);
    const ids = requests.map(({ request }) => request.headers.get('webhook-id') ?? '');
    expect(new Set(ids).size).toBe(1);
    for (const { request, body } of requests) {
      const timestamp = Number(request.headers.get('webhook-timestamp'));
      expect(request.headers.get('webhook-signature')).toBe(
        await sign(SECRET, ids[0] ?? '', timestamp, body),
      );
      expect(request.redirect).toBe('manual');
    }
    expect(requests[0]?.request.headers.get('webhook-timestamp')).toBe('1000');
    expect(requests[1]?.request.headers.get('webhook-timestamp')).not.toBe('1000');
  });

  it('retries after a redirect, a broken connection and a restart', async () => {
    answers = [
      () => new Response(null, { status: 302, headers: { location: 'https://elsewhere.example.com/' } }),
      () => Promise.reject(new Error('Network connection lost.')),
    ];
    const quiet = config({}, { notification_filter: { pool: { disable: true } } });
    let notifier = start();
    notifier.observe(judged({ 'p/a': 'down' }), quiet, now);
    for (let tries = 0; tries < 3; tries++) {
      expect(requests.length).toBe(tries);
      await notifier.post();
      notifier = start();
      notifier.observe(judged({ 'p/a': 'down' }), quiet, now);
      now = Math.min(notifier.nextAt(now), now + 1_000_000);
    }
    expect(told()).toEqual(['origin.down opened', 'origin.down opened', 'origin.down opened']);
    expect(notifier.nextAt(now)).toBe(Number.POSITIVE_INFINITY);
  });

  it('tells each webhook only about its own pools, and sends nothing to a removed webhook', async () => {
    const notifier = start();
    const other = { name: 'other', url: 'https://other.example.com/', pools: ['q'] };
    notifier.observe(judged({ 'p/a': 'down' }), config({ notifications: [OPS, other] }), now);
    await notifier.post();
    expect(new Set(requests.map(({ request }) => new URL(request.url).hostname))).toEqual(
      new Set(['hooks.example.com']),
    );
    notifier.observe(judged({ 'p/a': 'up' }), config({ notifications: [OPS] }), now);
    notifier.observe(judged({ 'p/a': 'up' }), config({ notifications: [other] }), now);
    await notifier.post();
    expect(requests.length).toBe(2);
    expect(notifier.nextAt(now)).toBe(Number.POSITIVE_INFINITY);
  });

  it('closes the incident of an origin that is no longer checked', async () => {
    const notifier = start();
    notifier.observe(judged({ 'p/a': 'down', 'p/b': 'up' }), config(), now);
    notifier.observe(judged({ 'p/b': 'up' }), config(), now);
    await notifier.post();
    expect(told()).toEqual([
      'origin.down opened',
      'pool.degraded opened',
      'pool.healthy closed',
      'origin.unwatched closed',
    ]);
  });

  it('tells about a monitor that has no vote', async () => {
    const notifier = start();
    const seen = (state: OriginState): Judged[] =>
      judged({ 'p/a': 'up' }).map((each) => ({
        ...each,
        advisory: [{ monitor: 'deep', opinion: { state } }],
      }));
    for (const state of ['up', 'down', 'up'] as const) notifier.observe(seen(state), config(), now++);
    await notifier.post();
    expect(told()).toEqual(['monitor.down opened', 'monitor.up closed']);
    expect(requests[0]?.message.data).toMatchObject({ origin: 'p/a', monitor: 'deep' });
  });
});

describe('passes', () => {
  it.each<[string, Filter | undefined, string]>([
    ['no filter', undefined, 'opened changed closed'],
    ['an empty filter', {}, 'opened changed closed'],
    ['healthy: true', { healthy: true }, 'closed'],
    ['healthy: false', { healthy: false }, 'opened changed'],
    ['disable', { disable: true }, ''],
    ['disable and healthy', { disable: true, healthy: true }, ''],
  ])('lets through with %s: %s', (_, filter, expected) => {
    const all = ['opened', 'changed', 'closed'] as const;
    expect(all.filter((change) => passes(filter, change)).join(' ')).toBe(expected);
  });
});
