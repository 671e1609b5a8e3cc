import { describe, expect, it } from 'vitest';
import { balancer, failed, inOrder, last, plain, pool, setUp } from '../support.ts';

const URL = 'https://app.example.com/x';

/** A gateway whose origins answer when the test lets them. */
function setUpBreaker(
  names: string,
  breaker: { max_inflight: number; max_queue?: number; queue_ms?: number },
  attempts = 3,
) {
  const circuit_breaker = { max_queue: 0, queue_ms: 100, ...breaker };
  const waiting: Array<{ origin: string; answer: () => void }> = [];
  const app = balancer();
  app.retry.attempts = attempts;
  const set = setUp({
    balancer: app,
    pools: [pool('p', [...names], { circuit_breaker })],
    select: inOrder([...names].slice(0, attempts).map((name) => `p/${name}` as const)),
    carry: (_, { origin }) =>
      new Promise((resolve) => {
        waiting.push({ origin, answer: () => resolve(plain(origin)) });
      }),
    now: Date.now,
    random: () => 0,
  });
  return {
    ...set,
    waiting,
    /** Sends a request and gives it time to reach an origin or the queue. */
    begin: async () => {
      const answer = set.request(URL);
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { answer };
    },
    where: () => waiting.map(({ origin }) => origin.slice(2)).join(''),
  };
}

describe('the circuit breaker', () => {
  it('sends requests to the next origin when one is full, and answers 503 when all are full', async () => {
    const { begin, where, points, waiting } = setUpBreaker('ab', { max_inflight: 2 });
    const open = [await begin(), await begin(), await begin(), await begin()];
    expect(where()).toBe('aabb');
    const refused = await (await begin()).answer;
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(last(points, 'outcome')).toBe('overloaded');
    expect(last(points, 'events')).toBe('overflow');
    expect(last(points, 'attempts')).toBe(0);
    for (const { answer } of waiting) answer();
    for (const { answer } of open) expect((await answer).status).toBe(200);
    await begin();
    expect(where()).toBe('aabba');
  });

  it('uses origins beyond the ranking, which is no longer than the allowed attempts', async () => {
    const { begin, where } = setUpBreaker('abc', { max_inflight: 1 }, 1);
    for (let i = 0; i < 3; i++) await begin();
    expect(where()).toBe('abc');
  });

  it('does not count a full origin as failed', async () => {
    const { begin, isolate } = setUpBreaker('a', { max_inflight: 1 });
    for (let i = 0; i < 30; i++) await begin();
    expect(isolate.guards.outliers.quiet).toBe(true);
  });
});

describe('the queue of a circuit breaker', () => {
  it('keeps requests until there is room, first come first served', async () => {
    const { begin, where, waiting, points, settled } = setUpBreaker('a', {
      max_inflight: 1,
      max_queue: 2,
      queue_ms: 5_000,
    });
    const first = await begin();
    const second = await begin();
    const third = await begin();
    expect(where()).toBe('a');
    expect((await (await begin()).answer).status).toBe(503);
    for (const [index, { answer }] of [first, second, third].entries()) {
      waiting[index]?.answer();
      expect(await (await answer).text()).toBe('p/a');
      await settled();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(last(points, 'events')).toBe('overflow,queued');
    expect(last(points, 'queued_ms')).toBeGreaterThan(0);
  });

  it('lets no request wait longer than `queue_ms`', async () => {
    const { begin, points } = setUpBreaker('a', { max_inflight: 1, max_queue: 1, queue_ms: 20 });
    await begin();
    expect((await (await begin()).answer).status).toBe(503);
    expect(last(points, 'outcome')).toBe('overloaded');
    expect(last(points, 'queued_ms')).toBeGreaterThanOrEqual(19);
  });

  it('gives the place of a client that leaves to the next client', async () => {
    const { begin, request, waiting, where } = setUpBreaker('a', {
      max_inflight: 1,
      max_queue: 1,
      queue_ms: 5_000,
    });
    const first = await begin();
    const client = new AbortController();
    void request(URL, { signal: client.signal }).then((answer) => answer.text());
    await new Promise((resolve) => setTimeout(resolve, 5));
    client.abort();
    await begin();
    waiting[0]?.answer();
    await (await first.answer).text();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(where()).toBe('aa');
  });
});

it('counts a request in at its next origin after the backoff and not before', async () => {
  const circuit_breaker = { max_inflight: 2, max_queue: 0, queue_ms: 100 };
  const app = balancer();
  const retry = { ...app.retry, attempts: 3, backoff: { base_ms: 20, max_ms: 20 } };
  let most = 0;
  const set = setUp({
    balancer: { ...app, retry },
    pools: [pool('p', ['a', 'b', 'c'], { circuit_breaker })],
    select: inOrder(['p/a', 'p/b', 'p/c']),
    carry: async (_, { origin }) => {
      most = Math.max(most, set.isolate.inflight.of('p/c'));
      if (origin !== 'p/c') return failed('connection_lost', true);
      await new Promise((resolve) => setTimeout(resolve, 60));
      return plain('c');
    },
    now: Date.now,
    random: () => 0.99,
  });
  const answers: Promise<Response>[] = [];
  for (let i = 0; i < 6; i++) {
    answers.push(set.request(URL));
    // Send them one after the other, so that the first two origins refuse none of them.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  const statuses = (await Promise.all(answers)).map(({ status }) => status).sort();
  expect([most, statuses]).toEqual([2, [200, 200, 503, 503, 503, 503]]);
  expect(last(set.points, 'outcome')).toMatch(/ok|overloaded/);
});
