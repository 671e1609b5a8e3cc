import { describe, expect, it } from 'vitest';
import { poolOf } from '../ejection/outliers_support.ts';
import { balancer, failed, inOrder, last, plain, pool, setUp } from '../support.ts';

const URL = 'https://app.example.com/x';
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const rate_limit = { binding: 'RATE_LIMIT', by: 'balancer', retry_after_s: 1 } as const;

/** A rate limiter that lets every request pass and calls `happen` first. A request waits for it before anything else. */
function slowLimiter(happen: () => void) {
  const limit = async () => {
    happen();
    return { success: true };
  };
  return { RATE_LIMIT: { limit } };
}

describe('`total_ms`', () => {
  it('ends the wait in a queue', async () => {
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

  it('leaves to attempts only what earlier waits have left', async () => {
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

  it('starts again if the clock is set back meanwhile', async () => {
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
  /** A gateway with an origin that hangs and one that answers. @param before_ms how long a request waits before its first attempt */
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

  it('counts a timeout of the first attempt against its origin', async () => {
    const { request, isolate } = hanging(10);
    const statuses: number[] = [];
    for (let i = 0; i < 7; i++) statuses.push((await request(URL)).status);
    expect(statuses).toEqual([504, 504, 504, 504, 504, 200, 200]);
    expect(isolate.guards.outliers.quiet).toBe(false);
  });

  it('counts no timeout against an origin that had less than half of the time', async () => {
    const { request, isolate } = hanging(60);
    for (let i = 0; i < 12; i++) await request(URL);
    expect(isolate.guards.outliers.quiet).toBe(true);
  });
});

it('does not count the time of an answer that comes before the end of the upload', async () => {
  const set = setUp({
    balancer: balancer({ timeouts: { first_byte_ms: 5_000 }, hedging: { percentile: 95 } }),
    select: (question) => {
      const answer = inOrder(['p/a', 'p/b'])(question);
      return { ...answer, rankings: answer.rankings.map((one) => ({ ...one, by: 'peak_ewma' as const })) };
    },
    carry: async (request, { origin }) => {
      set.clock.ms += 900;
      // Read the rest of the upload while the answer is under way.
      void pause(1).then(() => request.arrayBuffer());
      return plain(origin);
    },
  });
  await (await set.request(URL, { method: 'POST', body: 'x'.repeat(200_000) })).text();
  await set.settled();
  expect(set.isolate.latency.of('p/a', 30, 10_000, set.clock.ms)).toBe(30);
  expect(set.isolate.latency.of('p/b', 30, 10_000, set.clock.ms)).toBe(30);
});

it('does not count the time of a streamed upload as the time of its origin', async () => {
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
      // The client takes 800 ms for each piece.
      set.clock.ms += 800;
      controller.enqueue(piece());
      if (++sent === 3) controller.close();
    },
  });
  const answer = await set.request(URL, { method: 'POST', body, duplex: 'half' } as RequestInit);
  expect(await answer.text()).toBe('p/a');
  await set.settled();
  expect(last(set.points, 'first_byte_ms')).toBe(20);
  // 30 ms is the estimate for an origin without measurements.
  expect(set.isolate.latency.of('p/a', 30, 10_000, set.clock.ms)).toBeLessThanOrEqual(30);
});

describe('the deadlines of attempts and request', () => {
  /** A gateway whose attempts take `ms` and then end with `answer`. */
  const slow = (ms: number, total_ms: number, answer: () => Response) => {
    const timeouts = { first_byte_ms: 1_000, total_ms };
    const set = setUp({
      balancer: balancer({ timeouts }),
      carry: () => {
        set.clock.ms += ms;
        return answer();
      },
    });
    return set;
  };

  it('give each attempt its own time, as long as the request has that much left', async () => {
    const { request, tickets } = slow(700, 2_000, () => failed('connection_lost', true));
    await request(URL);
    expect(tickets.map(({ first_byte_ms }) => first_byte_ms)).toEqual([1_000, 1_000, 600]);
  });

  it('end a request with 504 when its time is over', async () => {
    const { request, tickets, points } = slow(1_000, 1_500, () => failed('timeout', true));
    expect((await request(URL)).status).toBe(504);
    expect(tickets).toHaveLength(2);
    expect(last(points, 'outcome')).toBe('timeout');
  });

  it('deliver an answer that came before', async () => {
    const { request, tickets } = slow(1_000, 900, () => plain('busy', { status: 503 }));
    expect(await (await request(URL)).text()).toBe('busy');
    expect(tickets).toHaveLength(1);
  });

  it('do not limit a streamed body', async () => {
    const body = 'x'.repeat(70_000);
    const { request, tickets } = slow(5_000, 100, () => plain('late'));
    expect((await request(URL, { method: 'POST', body })).status).toBe(200);
    expect(tickets).toHaveLength(1);
  });
});
