import { describe, expect, it } from 'vitest';
import type { Balancer, Retry } from '../../../../shared/model/config.ts';
import { balancer, failed, inOrder, last, plain, pool, setUp } from '../support.ts';

const URL = 'https://app.example.com/x';

function app(retry: Partial<Retry>, change: Partial<Balancer> = {}): Balancer {
  const plainly = balancer(change);
  return { ...plainly, retry: { ...plainly.retry, ...retry } };
}

/** Which origins were tried, in order. */
function tried(tickets: Array<{ origin: string }>): string {
  return tickets.map(({ origin }) => origin.slice('p/'.length)).join('');
}

describe('failover: what sends a request on', () => {
  const causes = {
    connect_failure: () => failed('connect_failed', false),
    reset: () => failed('connection_lost', true),
    timeout: () => failed('timeout', true),
    cut_short: () => {
      const half = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('half'));
          controller.error(new Error('reset'));
        },
      });
      return new Response(half, { headers: { 'content-length': '10' } });
    },
  } as const;
  const conditions = Object.keys(causes) as Array<keyof typeof causes>;
  const cases = conditions.flatMap((cause) => conditions.map((on) => [cause, on] as const));

  it.each(cases)('%s, where `on` is %s', async (cause, on) => {
    const { request, tickets } = setUp({ balancer: app({ on: [on], on_status: [] }), carry: causes[cause] });
    await request(URL);
    expect(tickets).toHaveLength(cause === on ? 3 : 1);
  });

  it('leaves a failure that sends nothing on as 502 or 504, and an answer as it is', async () => {
    const lone = { balancer: app({ on: [], on_status: [] }) };
    expect((await setUp({ ...lone, carry: causes.reset }).request(URL)).status).toBe(502);
    expect((await setUp({ ...lone, carry: causes.timeout }).request(URL)).status).toBe(504);
    const busy = setUp({ ...lone, carry: () => plain('busy', { status: 503 }) });
    expect(await (await busy.request(URL)).text()).toBe('busy');
    expect(busy.tickets).toHaveLength(1);
  });

  it.each(['1', '1, 1', '0'])(
    'does not send on what came before the TLS handshake was done (%s), unless nobody saw it',
    async (value) => {
      const headers = { 'early-data': value };
      const seen = setUp({ carry: causes.reset });
      expect((await seen.request(URL, { headers })).status).toBe(502);
      expect(seen.tickets).toHaveLength(1);
      const unseen = setUp({ carry: causes.connect_failure });
      await unseen.request(URL, { headers });
      expect(unseen.tickets).toHaveLength(3);
    },
  );
});

describe('failover: which methods', () => {
  const asked = async (method: string, also_methods: string[] = []) => {
    const { request, tickets } = setUp({
      balancer: app({ attempts: 2, also_methods }),
      carry: () => failed('connection_lost', true),
    });
    await request(URL, { method });
    return tickets.length;
  };

  it.each([
    'GET',
    'PUT',
    'DELETE',
    'PROPFIND',
    'REPORT',
    'SEARCH',
    'MKCOL',
    'COPY',
    'MOVE',
    'UNLOCK',
    'PROPPATCH',
  ])('sends %s again', async (method) => expect(await asked(method)).toBe(2));

  it.each(['POST', 'PATCH', 'LOCK', 'PURGE'])(
    'sends %s again where `also_methods` names it',
    async (method) => {
      expect([await asked(method), await asked(method, [method])]).toEqual([1, 2]);
    },
  );
});

describe('failover: a body that is streamed', () => {
  /** A POST above `max_body_bytes`, and origins of which the first refuses after it has read so many bytes. */
  const move = async (taken: number, failure: () => Response, init: RequestInit = {}) => {
    const body = 'abcdefgh'.repeat(20_000);
    const got: string[] = [];
    const set = setUp({
      select: inOrder(['p/a', 'p/b']),
      carry: async (request, { origin }) => {
        if (origin === 'p/a') {
          const reader = request.body?.getReader({ mode: 'byob' });
          if (taken > 0) await reader?.readAtLeast(taken, new Uint8Array(taken));
          return failure();
        }
        got.push(await request.text());
        return plain('b');
      },
    });
    const answer = await set.request(URL, { method: 'POST', body, ...init });
    await answer.text();
    return { status: answer.status, sound: got[0] === body, tried: tried(set.tickets) };
  };
  const refused = () => failed('connect_failed', false);
  const lost = () => failed('connection_lost', true);

  it('goes to the next origin, all of it, where the first has refused', async () => {
    expect(await move(0, refused)).toEqual({ status: 200, sound: true, tried: 'ab' });
    expect(await move(60_000, refused)).toEqual({ status: 200, sound: true, tried: 'ab' });
  });

  it('stays where more of it has been read than is in hand', async () => {
    expect(await move(140_000, refused)).toEqual({ status: 502, sound: false, tried: 'a' });
  });

  it('stays where an application may have seen it, unless its method is idempotent', async () => {
    expect(await move(0, lost)).toEqual({ status: 502, sound: false, tried: 'a' });
    expect(await move(0, lost, { method: 'PUT' })).toEqual({ status: 200, sound: true, tried: 'ab' });
  });
});

describe('failover: where to, and when', () => {
  const refusing = () => failed('connect_failed', false);
  const still = { base_ms: 0, max_ms: 0 };

  it('asks no origin twice, however many attempts there are', async () => {
    const { request, tickets } = setUp({ balancer: app({ attempts: 10 }), carry: refusing });
    await request(URL);
    expect(tried(tickets)).toBe('abc');
  });

  it('comes around where it is told to, when no other origin is left', async () => {
    const { request, tickets } = setUp({
      balancer: app({ attempts: 7, same_origin: true, backoff: still }),
      carry: refusing,
    });
    await request(URL);
    expect(tried(tickets)).toBe('abcabca');
  });

  it('waits before a second retry and before it comes around, not before the first move', async () => {
    const waits = async (retry: Partial<Retry>, pools = [pool('p', ['a', 'b', 'c'])]) => {
      const backoff = { base_ms: 4, max_ms: 4 };
      const { request, points } = setUp({
        balancer: app({ ...retry, backoff }),
        pools,
        carry: refusing,
        now: Date.now,
        random: () => 0.99,
      });
      await request(URL);
      return Number(last(points, 'backoff_ms'));
    };
    expect(await waits({ attempts: 2 })).toBe(0);
    expect(await waits({ attempts: 3 })).toBeGreaterThanOrEqual(3);
    const lone = [pool('p', ['a'])];
    expect(await waits({ attempts: 2, same_origin: true }, lone)).toBeGreaterThanOrEqual(3);
  });
});

describe('failover: the retry budget', () => {
  const budget = { percent: 20, min_per_s: 0.3 };

  it('lets three requests retry in an outage, then one in five', async () => {
    const { request, tickets, points } = setUp({
      balancer: app({ attempts: 3, budget }),
      carry: () => plain('busy', { status: 503 }),
    });
    for (let i = 0; i < 100; i++) expect((await request(URL)).status).toBe(503);
    // The clock stands still, so that nothing comes back.
    expect(tickets).toHaveLength(100 + 3 + 20);
    expect(last(points, 'events')).toBe('budget_refused');
    expect(last(points, 'outcome')).toBe('error_status');
  });

  it('refuses nothing as long as retries bring answers', async () => {
    const { request, tickets } = setUp({
      balancer: app({ attempts: 3, budget }),
      select: inOrder(['p/a', 'p/b']),
      carry: (_, { origin }) => (origin === 'p/a' ? failed('connect_failed', false) : plain('b')),
    });
    for (let i = 0; i < 100; i++) expect((await request(URL)).status).toBe(200);
    expect(tickets).toHaveLength(200);
  });

  it('answers 503 with Retry-After where there is no answer to deliver', async () => {
    const { request } = setUp({
      balancer: app({ budget: { percent: 0, min_per_s: 0 } }),
      carry: () => failed('connect_failed', false),
    });
    const answer = await request(URL);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
  });
});

describe('failover: deadlines', () => {
  /** Every attempt takes so long and then fails. */
  const slow = (ms: number, total_ms: number, answer: () => Response) => {
    const timeouts = { first_byte_ms: 1_000, total_ms };
    const set = setUp({
      balancer: app({ attempts: 3 }, { timeouts }),
      carry: () => {
        set.clock.ms += ms;
        return answer();
      },
    });
    return set;
  };

  it('gives each attempt its own time, as long as the request has it', async () => {
    const { request, tickets } = slow(700, 2_000, () => failed('connection_lost', true));
    await request(URL);
    expect(tickets.map(({ first_byte_ms }) => first_byte_ms)).toEqual([1_000, 1_000, 600]);
  });

  it('ends with 504 when the time of the request is over', async () => {
    const { request, tickets, points } = slow(1_000, 1_500, () => failed('timeout', true));
    expect((await request(URL)).status).toBe(504);
    expect(tickets).toHaveLength(2);
    expect(last(points, 'outcome')).toBe('timeout');
  });

  it('delivers a real answer that came before', async () => {
    const { request, tickets } = slow(1_000, 900, () => plain('busy', { status: 503 }));
    expect(await (await request(URL)).text()).toBe('busy');
    expect(tickets).toHaveLength(1);
  });

  it('does not count for a body that is streamed', async () => {
    const body = 'x'.repeat(70_000);
    const { request, tickets } = slow(5_000, 100, () => plain('late'));
    expect((await request(URL, { method: 'POST', body })).status).toBe(200);
    expect(tickets).toHaveLength(1);
  });
});
