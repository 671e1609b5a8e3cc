import { describe, expect, it } from 'vitest';
import type { Balancer, Retry } from '../../../../shared/model/config.ts';
import { backoffDelay } from '../../../../workers/gateway/attempt/retry.ts';
import { balancer, failed, inOrder, last, plain, pool, setUp } from '../support.ts';

const URL = 'https://app.example.com/x';

function app(retry: Partial<Retry>, change: Partial<Balancer> = {}): Balancer {
  const plainly = balancer(change);
  return { ...plainly, retry: { ...plainly.retry, ...retry } };
}

/** Returns the names of the origins that were tried, in order. */
function tried(tickets: Array<{ origin: string }>): string {
  return tickets.map(({ origin }) => origin.slice('p/'.length)).join('');
}

describe('the causes of a retry', () => {
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

  it.each(cases)('include %s if `retry.on` names it: %s', async (cause, on) => {
    const { request, tickets } = setUp({ balancer: app({ on: [on], on_status: [] }), carry: causes[cause] });
    await request(URL);
    expect(tickets).toHaveLength(cause === on ? 3 : 1);
  });

  it('are none with an empty list: failures become 502 or 504, and answers are delivered', async () => {
    const lone = { balancer: app({ on: [], on_status: [] }) };
    expect((await setUp({ ...lone, carry: causes.reset }).request(URL)).status).toBe(502);
    expect((await setUp({ ...lone, carry: causes.timeout }).request(URL)).status).toBe(504);
    const busy = setUp({ ...lone, carry: () => plain('busy', { status: 503 }) });
    expect(await (await busy.request(URL)).text()).toBe('busy');
    expect(busy.tickets).toHaveLength(1);
  });

  it.each(['1', '1, 1', '0'])(
    'do not include a failure of early data (Early-Data: %s) that an application may have seen',
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

describe('the methods of a retry', () => {
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
  ])('include %s', async (method) => expect(await asked(method)).toBe(2));

  it.each(['POST', 'PATCH', 'LOCK', 'PURGE'])('include %s if `also_methods` names it', async (method) => {
    expect([await asked(method), await asked(method, [method])]).toEqual([1, 2]);
  });
});

describe('a streamed body', () => {
  /** Sends a POST above `max_body_bytes`. The first origin fails after it has read `taken` bytes. */
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

  it('goes to the next origin as a whole if the first one refused the connection', async () => {
    expect(await move(0, refused)).toEqual({ status: 200, sound: true, tried: 'ab' });
    expect(await move(60_000, refused)).toEqual({ status: 200, sound: true, tried: 'ab' });
  });

  it('goes nowhere else if more of it was read than is kept', async () => {
    expect(await move(140_000, refused)).toEqual({ status: 502, sound: false, tried: 'a' });
  });

  it('goes nowhere else if an application may have seen it, unless its method is idempotent', async () => {
    expect(await move(0, lost)).toEqual({ status: 502, sound: false, tried: 'a' });
    expect(await move(0, lost, { method: 'PUT' })).toEqual({ status: 200, sound: true, tried: 'ab' });
  });
});

describe('the order of attempts', () => {
  const refusing = () => failed('connect_failed', false);
  const still = { base_ms: 0, max_ms: 0 };

  it('includes no origin twice, however many attempts there are', async () => {
    const { request, tickets } = setUp({ balancer: app({ attempts: 10 }), carry: refusing });
    await request(URL);
    expect(tried(tickets)).toBe('abc');
  });

  it('begins again with the first origin if `same_origin` allows it and no other is left', async () => {
    const { request, tickets } = setUp({
      balancer: app({ attempts: 7, same_origin: true, backoff: still }),
      carry: refusing,
    });
    await request(URL);
    expect(tried(tickets)).toBe('abcabca');
  });

  it('does not list the origin that served at last among those that failed', async () => {
    const served = async (names: string, attempt: number) => {
      const { request, points } = setUp({
        balancer: app({ attempts: 7, same_origin: true, backoff: still }),
        pools: [pool('p', [...names])],
        carry: (_, { attempt: number, origin }) => (number === attempt ? plain(origin) : refusing()),
      });
      return [await (await request(URL)).text(), last(points, 'failed_origins'), last(points, 'attempts')];
    };
    expect(await served('a', 2)).toEqual(['p/a', '', 2]);
    expect(await served('ab', 3)).toEqual(['p/a', 'p/b', 3]);
  });

  it('has a pause before the second retry and before the same origin, and none before the first other origin', async () => {
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

describe('the retry budget', () => {
  const budget = { percent: 20, min_per_s: 0.3 };

  it('lets three requests retry in an outage, and then one in five', async () => {
    const { request, tickets, points } = setUp({
      balancer: app({ attempts: 3, budget }),
      carry: () => plain('busy', { status: 503 }),
    });
    for (let i = 0; i < 100; i++) expect((await request(URL)).status).toBe(503);
    // The clock stands still, so the budget does not refill.
    expect(tickets).toHaveLength(100 + 3 + 20);
    expect(last(points, 'events')).toBe('budget_refused');
    expect(last(points, 'outcome')).toBe('error_status');
  });

  it('refuses nothing as long as retries succeed', async () => {
    const { request, tickets } = setUp({
      balancer: app({ attempts: 3, budget }),
      select: inOrder(['p/a', 'p/b']),
      carry: (_, { origin }) => (origin === 'p/a' ? failed('connect_failed', false) : plain('b')),
    });
    for (let i = 0; i < 100; i++) expect((await request(URL)).status).toBe(200);
    expect(tickets).toHaveLength(200);
  });

  it('answers 503 with Retry-After if it is empty and there is no answer to deliver', async () => {
    const { request } = setUp({
      balancer: app({ budget: { percent: 0, min_per_s: 0 } }),
      carry: () => failed('connect_failed', false),
    });
    const answer = await request(URL);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
  });
});

const ENVOY = { base_ms: 25, max_ms: 250 };

it.each([
  [1, 25],
  [2, 75],
  [3, 175],
  [4, 250],
  [9, 250],
])('draws the pause before retry %i between 0 and %i ms', (retry, most) => {
  expect(backoffDelay(retry, ENVOY, () => 0)).toBe(0);
  expect(backoffDelay(retry, ENVOY, () => 0.5)).toBe(most / 2);
  expect(backoffDelay(retry, ENVOY, () => 1)).toBe(most);
});
