import { describe, expect, it } from 'vitest';
import type { Balancer, Retry } from '../../../../shared/model/config.ts';
import { balancer, failed, inOrder, last, plain, pool, setUp } from '../support.ts';

const URL = 'https://app.example.com/x';
const BUDGET = { percent: 0, min_per_s: 0.1 };

const pause = (ms = 5) => new Promise((resolve) => setTimeout(resolve, ms));

function withRetry(retry: Partial<Retry>, change: Partial<Balancer> = {}) {
  const app = balancer(change);
  return { ...app, retry: { ...app.retry, ...retry } };
}

type Gateway = ReturnType<typeof setUp>;

/** Sends a request, aborts its client after a while, calls `meanwhile`, and waits for the end. @returns the status */
async function leave(set: Gateway, meanwhile: () => void, init: RequestInit = {}, after_ms = 5) {
  const client = new AbortController();
  const answer = set.request(URL, { ...init, signal: client.signal });
  await pause(after_ms);
  client.abort();
  meanwhile();
  const { status } = await answer;
  await pause(30);
  await set.settled();
  return status;
}

function inflight({ isolate }: Gateway): number {
  return ['a', 'b', 'c'].reduce((sum, name) => sum + isolate.inflight.of(`p/${name}`), 0);
}

describe('a request whose client leaves', () => {
  it('sends nothing to an origin while the selector is asked', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const set = setUp({ select: (question) => promise.then(() => inOrder(['p/a'])(question)) });
    expect(await leave(set, resolve)).toBe(499);
    expect([set.tickets.length, inflight(set)]).toEqual([0, 0]);
    expect(last(set.points, 'outcome')).toBe('client_gone');
  });

  it('makes no second attempt when the first one fails', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const set = setUp({
      select: inOrder(['p/a', 'p/b']),
      carry: (_, { origin }) =>
        origin === 'p/a' ? promise.then(() => failed('connection_lost', true)) : plain('b'),
    });
    expect(await leave(set, resolve)).toBe(499);
    expect(set.tickets.map(({ origin }) => origin)).toEqual(['p/a']);
    expect(inflight(set)).toBe(0);
  });

  it('makes no second attempt after a backoff, and returns what it took from the retry budget', async () => {
    const backoff = { base_ms: 40, max_ms: 40 };
    const app = withRetry({ attempts: 2, same_origin: true, backoff, budget: BUDGET });
    let broken = true;
    const set = setUp({
      balancer: app,
      pools: [pool('p', ['a'])],
      carry: () => (broken ? failed('connection_lost', true) : plain('a')),
      random: () => 0.99,
      now: Date.now,
    });
    await leave(set, () => {}, {}, 10);
    await pause(60);
    expect([set.tickets.length, inflight(set)]).toEqual([1, 0]);
    // The budget allows one retry, which is left for the next request.
    await set.request(URL);
    expect(last(set.points, 'attempts')).toBe(2);
    broken = false;
  });

  it('sends no hedge and aborts the first attempt', async () => {
    let aborted = 0;
    const app = withRetry({ budget: BUDGET }, { hedging: { after_ms: 20 } });
    const set = setUp({
      balancer: app,
      select: inOrder(['p/a', 'p/b']),
      carry: (request) => {
        request.signal.addEventListener('abort', () => void aborted++);
        return new Promise(() => {});
      },
      now: Date.now,
    });
    expect(await leave(set, () => {})).toBe(499);
    expect([set.tickets.length, inflight(set), aborted]).toEqual([1, 0, 1]);
    expect(set.isolate.guards.hedges(app).take(BUDGET, Date.now())).toBe(true);
  });

  it('gives up both attempts of a hedge', async () => {
    const set = setUp({
      balancer: withRetry({}, { hedging: { after_ms: 1 } }),
      select: inOrder(['p/a', 'p/b']),
      carry: async () => {
        await pause(60);
        return plain('late');
      },
      now: Date.now,
    });
    await leave(set, () => {}, {}, 30);
    await pause(60);
    expect([set.tickets.length, inflight(set)]).toEqual([2, 0]);
    expect(set.points).toHaveLength(1);
  });

  it('leaves its place in a queue to the next request', async () => {
    const breaker = { max_inflight: 1, max_queue: 2, queue_ms: 5_000 };
    const waiting: Array<() => void> = [];
    const set = setUp({
      pools: [pool('p', ['a'], { circuit_breaker: breaker })],
      select: inOrder(['p/a']),
      carry: () => new Promise((resolve) => void waiting.push(() => resolve(plain('a')))),
      now: Date.now,
    });
    const first = set.request(URL);
    await pause();
    const client = new AbortController();
    const second = set.request(URL, { signal: client.signal });
    await pause();
    const third = set.request(URL);
    await pause();
    // A place becomes free, and the client that is first in line leaves at the same time.
    waiting[0]?.();
    await (await first).text();
    client.abort();
    await pause();
    for (const answer of waiting) answer();
    expect(await (await third).text()).toBe('a');
    expect((await second).status).toBe(499);
    await set.settled();
    expect(inflight(set)).toBe(0);
  });

  it('cancels an answer that comes later', async () => {
    let cancelled = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    const set = setUp({
      carry: async () => {
        await promise;
        const body = new ReadableStream({
          pull: (controller) => controller.enqueue(new Uint8Array(10)),
          cancel: () => void cancelled++,
        });
        return new Response(body);
      },
    });
    expect(await leave(set, resolve)).toBe(499);
    expect([cancelled, inflight(set)]).toEqual([1, 0]);
  });

  it('takes back what it counted for prequal', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const set = setUp({
      select: (question) => {
        const answer = inOrder(['p/a', 'p/b'])(question);
        const rankings = answer.rankings.map((one) => ({ ...one, finalists: 2, by: 'prequal' as const }));
        return { ...answer, rankings };
      },
      carry: () => promise.then(() => plain('late')),
    });
    for (const id of ['p/a', 'p/b'] as const)
      set.isolate.reports.note(id, { named_metrics: { rif: 0 } }, 0, 1, set.clock.ms);
    const rif = () =>
      (['p/a', 'p/b'] as const).map((id) => set.isolate.reports.recent(id, 1_000, set.clock.ms)?.rif ?? 0);
    const client = new AbortController();
    const answer = set.request(URL, { signal: client.signal });
    await pause();
    expect(rif().reduce((a, b) => a + b)).toBe(1);
    client.abort();
    resolve();
    await answer;
    expect(rif()).toEqual([0, 0]);
  });
});

it('cancels an answer that comes after its attempt was given up', async () => {
  let cancelled = 0;
  const late = () =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(10)),
        cancel: () => void cancelled++,
      }),
    );
  const set = setUp({
    balancer: balancer({ timeouts: { first_byte_ms: 1 } }),
    select: inOrder(['p/a', 'p/b']),
    carry: async (_, { origin }) => {
      if (origin === 'p/b') return plain('b');
      await pause(1_050);
      return late();
    },
    now: Date.now,
  });
  expect(await (await set.request(URL)).text()).toBe('b');
  await pause(100);
  expect(cancelled).toBe(1);
});
