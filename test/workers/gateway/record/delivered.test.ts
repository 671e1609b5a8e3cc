import { afterEach, expect, it, vi } from 'vitest';
import { balancer, failed, inOrder, last, plain, pool, setUp } from '../support.ts';

const URL = 'https://app.example.com/x';
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const COLUMNS = ['origin', 'status', 'outcome', 'failed_origins', 'attempts', 'retry_reason'] as const;

afterEach(() => {
  vi.useRealTimers();
});

type Gateway = ReturnType<typeof setUp>;

/** Sends a request. @returns the text that the client got, and columns of the data point */
async function seen(set: Gateway, init: RequestInit = {}) {
  const answer = await set.request(URL, init);
  const text = await answer.text();
  await set.settled();
  return [text, ...COLUMNS.map((name) => last(set.points, name))];
}

const busy = (name: string) => plain(`busy ${name}`, { status: 503 });

it('records the origin whose answer is delivered, not the one that failed after it', async () => {
  const set = setUp({
    select: inOrder(['p/a', 'p/b', 'p/c']),
    carry: (_, { origin }) => (origin === 'p/a' ? busy('a') : failed('connection_lost', true)),
  });
  expect(await seen(set)).toEqual(['busy a', 'p/a', 503, 'error_status', 'p/b,p/c', 3, 'connection_lost']);
});

it('records the later of two origins that both answered', async () => {
  const set = setUp({
    select: inOrder(['p/a', 'p/b', 'p/c']),
    carry: (_, { origin }) => (origin === 'p/c' ? failed('timeout', true) : busy(origin.slice(2))),
  });
  expect(await seen(set)).toEqual(['busy b', 'p/b', 503, 'error_status', 'p/a,p/c', 3, '503']);
});

it('records the origin that answered if its hedge failed', async () => {
  vi.useFakeTimers();
  const set = setUp({
    balancer: balancer({ hedging: { after_ms: 10 }, retry: { ...balancer().retry, attempts: 2 } }),
    select: inOrder(['p/a', 'p/b']),
    carry: async (_, { origin }) => {
      await pause(origin === 'p/a' ? 40 : 60);
      return origin === 'p/a' ? busy('a') : failed('connection_lost', true);
    },
    now: Date.now,
  });
  const told = seen(set);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await told).toEqual(['busy a', 'p/a', 503, 'error_status', 'p/b', 2, '503']);
});

it('delivers an earlier answer if a later failure must not be repeated', async () => {
  const retry = { ...balancer().retry, on: [], on_status: [503] };
  const set = setUp({
    balancer: balancer({ retry }),
    select: inOrder(['p/a', 'p/b']),
    carry: (_, { origin }) => (origin === 'p/a' ? busy('a') : failed('connection_lost', true)),
  });
  expect(await seen(set)).toEqual(['busy a', 'p/a', 503, 'error_status', 'p/b', 2, '503']);
});

it('records the last origin if none answered', async () => {
  const set = setUp({ select: inOrder(['p/a', 'p/b']), carry: () => failed('connection_lost', true) });
  expect((await seen(set)).slice(1)).toEqual(['p/b', 503, 'connection_lost', 'p/a', 2, 'connection_lost']);
});

it.each([
  ['overloaded', { circuit_breaker: { max_inflight: 1, max_queue: 0, queue_ms: 100 } }],
  ['no_origin', { enabled: false }],
] as const)('does not copy a refused request to a mirror (%s)', async (outcome, change) => {
  const set = setUp({
    balancer: balancer({ mirror: { pool: 'm', percent: 100, max_body_bytes: 100, methods: ['GET'] } }),
    pools: [pool('p', ['a'], change), pool('m', ['x'])],
    select: inOrder(['p/a']),
    carry: (_, { origin }) => (origin === 'p/a' ? new Promise(() => {}) : plain('m')),
  });
  if (outcome === 'overloaded') void set.request(URL);
  await pause(5);
  const answer = await set.request(URL);
  await answer.text();
  await set.settled();
  expect([answer.status, last(set.points, 'outcome')]).toEqual([503, outcome]);
  expect(set.tickets.filter(({ mirror }) => mirror)).toEqual([]);
});
