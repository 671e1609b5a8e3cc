import { describe, expect, it } from 'vitest';
import { poolOf } from '../ejection/outliers_support.ts';
import { balancer, failed, inOrder, last, plain, pool, setUp } from '../support.ts';

const URL = 'https://app.example.com/x';
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const rate_limit = { binding: 'RATE_LIMIT', by: 'balancer', retry_after_s: 1 } as const;

/** A limiter that lets every request pass, after something has happened: the first thing that a request waits for. */
function slowLimiter(happen: () => void) {
  const limit = async () => {
    happen();
    return { success: true };
  };
  return { RATE_LIMIT: { limit } };
}

describe('`total_ms`, from the start of a request', () => {
  it('ends the wait for a place in a queue', async () => {
    const breaker = { max_inflight: 1, max_queue: 5, queue_ms: 60_000 };
    const set = setUp({
      balancer: balancer({ timeouts: { first_byte_ms: 5_000, total_ms: 100 } }),
      pools: [pool('p', ['a'], { circuit_breaker: breaker })],
      select: inOrder(['p/a']),
      carry: () => new Promise(() => {}),
      now: Date.now,
    });
    void set.request(URL);
    await pause(5);
    expect((await set.request(URL)).status).toBe(504);
    expect(last(set.points, 'outcome')).toBe('timeout');
    expect(last(set.points, 'queued_ms')).toBeLessThan(60_000);
  });

  it('ends the wait for a body that is kept', async () => {
    const set = setUp({
      balancer: balancer({ timeouts: { first_byte_ms: 5_000, total_ms: 100 } }),
      now: Date.now,
    });
    const dripping = new ReadableStream({
      type: 'bytes',
      async pull(controller) {
        await pause(30);
        controller.enqueue(new Uint8Array(1));
      },
    });
    const answer = await set.request(URL, { method: 'POST', body: dripping, duplex: 'half' } as RequestInit);
    expect(answer.status).toBe(408);
    expect([last(set.points, 'outcome'), set.tickets.length]).toEqual(['bad_request', 0]);
    expect(last(set.points, 'detail')).toContain('total_ms');
  });

  it('leaves attempts what the time before them has left', async () => {
    const set = setUp({
      balancer: balancer({ timeouts: { first_byte_ms: 1_000, total_ms: 1_200 }, rate_limit }),
      bindings: slowLimiter(() => {
        set.clock.ms += 300;
      }),
      select: inOrder(['p/a', 'p/b']),
      carry: (_, { origin }) => {
        set.clock.ms += 500;
        return origin === 'p/a' ? failed('connection_lost', true) : plain('b');
      },
    });
    expect(await (await set.request(URL)).text()).toBe('b');
    expect(set.tickets.map(({ first_byte_ms }) => first_byte_ms)).toEqual([900, 400]);
  });

  it('counts from a clock that was set back meanwhile', async () => {
    const set = setUp({
      balancer: balancer({ timeouts: { first_byte_ms: 1_000, total_ms: 1_200 }, rate_limit }),
      bindings: slowLimiter(() => {
        set.clock.ms -= 3_600_000;
      }),
      select: inOrder(['p/a']),
    });
    expect((await set.request(URL)).status).toBe(200);
    expect(set.tickets[0]?.first_byte_ms).toBe(1_000);
  });
});

describe('a `total_ms` below `first_byte_ms`', () => {
  /** An origin that hangs, and others that answer. */
  const hanging = (before_ms: number) => {
    const set = setUp({
      balancer: balancer({ timeouts: { first_byte_ms: 30_000, total_ms: 100 }, rate_limit }),
      pools: [poolOf('ab')],
      select: inOrder(['p/a', 'p/b']),
      bindings: slowLimiter(() => {
        set.clock.ms += before_ms;
      }),
      carry: (_, { origin, first_byte_ms }) => {
        if (origin === 'p/b') return plain('b');
        set.clock.ms += first_byte_ms;
        return failed('timeout', true);
      },
    });
    return set;
  };

  it('holds what the first attempt came to against its origin', async () => {
    const { request, isolate } = hanging(10);
    const statuses: number[] = [];
    for (let i = 0; i < 7; i++) statuses.push((await request(URL)).status);
    expect(statuses).toEqual([504, 504, 504, 504, 504, 200, 200]);
    expect(isolate.guards.outliers.quiet).toBe(false);
  });

  it('holds nothing against it where the wait before has left it less than half of the time', async () => {
    const { request, isolate } = hanging(60);
    for (let i = 0; i < 12; i++) await request(URL);
    expect(isolate.guards.outliers.quiet).toBe(true);
  });
});

it('an answer that comes before the end of an upload says nothing of how fast its origin is', async () => {
  const set = setUp({
    balancer: balancer({ timeouts: { first_byte_ms: 5_000 }, hedging: { percentile: 95 } }),
    select: (question) => {
      const answer = inOrder(['p/a', 'p/b'])(question);
      return { ...answer, rankings: answer.rankings.map((one) => ({ ...one, by: 'peak_ewma' as const })) };
    },
    carry: async (request, { origin }) => {
      set.clock.ms += 900;
      // The rest is read while the answer is under way.
      void pause(1).then(() => request.arrayBuffer());
      return plain(origin);
    },
  });
  await (await set.request(URL, { method: 'POST', body: 'x'.repeat(200_000) })).text();
  await set.settled();
  expect(set.isolate.latency.of('p/a', 30, 10_000, set.clock.ms)).toBe(30);
  expect(set.isolate.latency.of('p/b', 30, 10_000, set.clock.ms)).toBe(30);
});

it('a streamed upload counts neither as the time of its origin nor against it', async () => {
  const set = setUp({
    balancer: balancer({ timeouts: { first_byte_ms: 5_000 }, hedging: { percentile: 95 } }),
    select: (question) => {
      const answer = inOrder(['p/a', 'p/b'])(question);
      return {
        ...answer,
        rankings: answer.rankings.map((one) => ({ ...one, finalists: 2, by: 'peak_ewma' as const })),
      };
    },
    carry: async (request, { origin }) => {
      await request.arrayBuffer();
      await pause(1);
      set.clock.ms += 20;
      return plain(origin);
    },
  });
  const piece = () => new Uint8Array(35_000);
  let sent = 0;
  const body = new ReadableStream({
    type: 'bytes',
    pull(controller) {
      // Each piece takes the client so long.
      set.clock.ms += 800;
      controller.enqueue(piece());
      if (++sent === 3) controller.close();
    },
  });
  const answer = await set.request(URL, { method: 'POST', body, duplex: 'half' } as RequestInit);
  expect(await answer.text()).toBe('p/a');
  await set.settled();
  expect(last(set.points, 'first_byte_ms')).toBe(20);
  // No more than what is taken for an origin that nobody knows.
  expect(set.isolate.latency.of('p/a', 30, 10_000, set.clock.ms)).toBeLessThanOrEqual(30);
});
