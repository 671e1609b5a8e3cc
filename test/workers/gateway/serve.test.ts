import { describe, expect, it, vi } from 'vitest';
import { balancer, failed, last, plain, pool, rotating, setUp } from './support.ts';

const URL = 'https://app.example.com/x?y=1';

describe('serve: who carries a request', () => {
  it('follows the rankings in turn and asks the selector once for a batch', async () => {
    const { request, questions } = setUp({});
    const answers = [];
    for (let i = 0; i < 5; i++) answers.push(await (await request(URL)).text());
    expect(answers.join('')).toBe('p/a\np/b\np/c\np/a\np/b\n');
    expect(questions).toHaveLength(1);
    expect(questions[0]).toMatchObject({ balancer: 'app', want: 8, config_version: 1 });
  });

  it('asks again with the facts that the selector found missing', async () => {
    const { request, questions } = setUp({
      select: (question) =>
        question.facts['header:x-tenant'] === undefined
          ? { ...rotating([])(question), rankings: [], vary: ['header:x-tenant'] }
          : { ...rotating(['p/b'])(question), use: 'repeat', vary: ['header:x-tenant'] },
    });
    const answer = await request(URL, { headers: { 'x-tenant': 'acme' } });
    expect(await answer.text()).toBe('p/b\n');
    expect(questions.map(({ facts }) => facts['header:x-tenant'])).toEqual([undefined, 'acme']);
    await request(URL, { headers: { 'x-tenant': 'acme' } });
    expect(questions).toHaveLength(2);
    await request(URL, { headers: { 'x-tenant': 'other' } });
    expect(questions).toHaveLength(3);
  });

  it('hands the proxy the origin in the URL, and the rest in a ticket that a client cannot supply', async () => {
    const seen: Request[] = [];
    const { request, tickets } = setUp({
      carry: (carried) => {
        seen.push(carried);
        return plain('ok');
      },
    });
    await request(URL, {
      headers: { 'plimsoll-ticket': '{"origin":"evil/evil"}', 'cf-connecting-ip': '192.0.2.1' },
    });
    expect(seen[0]?.url).toBe('https://a.example.com/x?y=1');
    expect(tickets[0]).toEqual({
      origin: 'p/a',
      attempt: 1,
      first_byte_ms: 200,
      client_address: '192.0.2.1',
      client_origin: 'https://app.example.com',
    });
  });

  it('passes method, body and end-to-end headers on', async () => {
    const { request } = setUp({
      carry: async (carried) =>
        plain(`${carried.method} ${carried.headers.get('x-a')} ${await carried.text()}`),
    });
    const answer = await request(URL, { method: 'POST', body: 'hello', headers: { 'x-a': '1' } });
    expect(await answer.text()).toBe('POST 1 hello');
  });

  it('skips origins that its own configuration does not have', async () => {
    const { request } = setUp({ select: rotating(['p/gone', 'p/b']) });
    expect(await (await request(URL)).text()).toBe('p/b\n');
  });

  it('passes redirects through as redirects', async () => {
    const { request } = setUp({ carry: () => Response.redirect('https://elsewhere.example/', 302) });
    const answer = await request(URL);
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toBe('https://elsewhere.example/');
  });
});

describe('serve: failover', () => {
  const onlyB =
    (status: number) =>
    (_: Request, { origin }: { origin: string }) =>
      origin === 'p/b' ? plain('b') : plain('no', { status });

  it.each([502, 503, 504])('takes a GET to the next origin after status %i', async (status) => {
    const { request, points } = setUp({ carry: onlyB(status) });
    const answer = await request(URL);
    expect([answer.status, await answer.text()]).toEqual([200, 'b']);
    expect(last(points, 'attempts')).toBe(2);
    expect(last(points, 'retry_reason')).toBe(String(status));
    expect(last(points, 'failed_origins')).toBe('p/a');
    expect(last(points, 'outcome')).toBe('ok');
  });

  it('does not touch statuses that are not on the list', async () => {
    const { request, tickets } = setUp({ carry: () => plain('mine', { status: 500 }) });
    expect((await request(URL)).status).toBe(500);
    expect(tickets).toHaveLength(1);
  });

  it.each(['connect_failed', 'timeout', 'connection_lost', 'proxy_failed'] as const)(
    'takes a GET to the next origin after %s',
    async (outcome) => {
      const { request, points } = setUp({
        carry: (_, { origin }) => (origin === 'p/a' ? failed(outcome, true) : plain('ok')),
      });
      expect((await request(URL)).status).toBe(200);
      expect(last(points, 'retry_reason')).toBe(outcome);
    },
  );

  it('sends a POST with its body to the next origin when none can have seen it', async () => {
    const { request } = setUp({
      carry: async (carried, { origin }) =>
        origin === 'p/a' ? failed('connect_failed', false) : plain(`${origin} ${await carried.text()}`),
    });
    const answer = await request(URL, { method: 'POST', body: 'once' });
    expect(await answer.text()).toBe('p/b once');
  });

  it.each([
    ['connection_lost', 502],
    ['timeout', 504],
  ] as const)('does not repeat a POST after %s but answers %i', async (outcome, status) => {
    const { request, tickets, points } = setUp({ carry: () => failed(outcome, true) });
    const answer = await request(URL, { method: 'POST', body: 'once' });
    expect(answer.status).toBe(status);
    expect(answer.headers.has('retry-after')).toBe(false);
    expect(tickets).toHaveLength(1);
    expect(last(points, 'outcome')).toBe(outcome);
  });

  it.each([
    ...['PROPFIND', 'REPORT', 'SEARCH', 'MKCOL', 'COPY', 'MOVE', 'UNLOCK', 'PROPPATCH', 'PUT', 'DELETE'],
  ])('repeats %s, which means the same twice, after a lost connection', async (method) => {
    const { request, tickets } = setUp({
      carry: (_, { origin }) => (origin === 'p/a' ? failed('connection_lost', true) : plain(origin)),
    });
    expect((await request(URL, { method })).status).toBe(200);
    expect(tickets).toHaveLength(2);
  });

  it.each(['LOCK', 'PATCH'])('does not repeat %s', async (method) => {
    const { request, tickets } = setUp({ carry: () => failed('connection_lost', true) });
    expect((await request(URL, { method })).status).toBe(502);
    expect(tickets).toHaveLength(1);
  });

  it('repeats a POST where the configuration says so', async () => {
    const app = balancer();
    app.retry.also_methods = ['POST'];
    const { request, tickets } = setUp({ balancer: app, carry: onlyB(503) });
    expect((await request(URL, { method: 'POST', body: 'again' })).status).toBe(200);
    expect(tickets).toHaveLength(2);
  });

  it('passes an origin’s 503 to a POST through', async () => {
    const { request, tickets } = setUp({ carry: () => plain('busy', { status: 503 }) });
    const answer = await request(URL, { method: 'POST', body: 'once' });
    expect([answer.status, await answer.text()]).toEqual([503, 'busy']);
    expect(tickets).toHaveLength(1);
  });

  it('streams a body above the limit and attempts it once', async () => {
    const { request, tickets } = setUp({
      carry: async (carried) => plain(String((await carried.arrayBuffer()).byteLength), { status: 503 }),
    });
    const answer = await request(URL, {
      method: 'PUT',
      body: new Uint8Array(65_537),
      headers: { 'content-length': '65537' },
    });
    expect(await answer.text()).toBe('65537');
    expect(tickets).toHaveLength(1);
  });

  it('tries at most `attempts` origins', async () => {
    const { request, tickets } = setUp({
      balancer: balancer({ retry: { ...balancer().retry, attempts: 2 } }),
      carry: () => failed('connect_failed', false),
    });
    expect((await request(URL)).status).toBe(503);
    expect(tickets.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it('delivers the last real answer when every origin failed', async () => {
    const { request } = setUp({
      carry: (_, { origin }) =>
        origin === 'p/b' ? plain('b is busy', { status: 503 }) : failed('timeout', true),
    });
    const answer = await request(URL);
    expect([answer.status, await answer.text()]).toEqual([503, 'b is busy']);
  });

  it('answers 503 with Retry-After and no internals when nobody answered', async () => {
    const { request, points } = setUp({ carry: () => failed('connect_failed', false) });
    const answer = await request(URL);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await answer.text()).toBe('Service Unavailable\n');
    expect(last(points, 'outcome')).toBe('connect_failed');
    expect(last(points, 'failed_origins')).toBe('p/a,p/b');
  });

  it('replaces an answer whose length nobody knows by another origin’s', async () => {
    const { request, points } = setUp({
      carry: (_, { origin }) =>
        origin === 'p/a' ? new Response('hello', { headers: { 'content-length': '5, 6' } }) : plain('whole'),
    });
    expect(await (await request(URL)).text()).toBe('whole');
    expect(last(points, 'retry_reason')).toBe('connection_lost');
  });

  it.each([5, 20_000])('takes a length of %i that is declared twice for one', async (length) => {
    const { request, points } = setUp({
      carry: () =>
        new Response('x'.repeat(length), { headers: { 'content-length': `${length}, ${length}` } }),
    });
    const response = await request(URL);
    expect(response.headers.get('content-length')).toBe(String(length));
    expect(await response.text()).toBe('x'.repeat(length));
    await vi.waitFor(() => expect(last(points, 'response_bytes')).toBe(length));
  });

  it('replaces a short answer that broke off by another origin’s', async () => {
    const cut = () => {
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('hal'));
          controller.error(new Error('reset'));
        },
      });
      return new Response(body, { headers: { 'content-length': '6' } });
    };
    const { request, points } = setUp({
      carry: (_, { origin }) => (origin === 'p/a' ? cut() : plain('whole')),
    });
    expect(await (await request(URL)).text()).toBe('whole');
    expect(last(points, 'retry_reason')).toBe('connection_lost');
  });

  it('delivers what Cloudflare answered in an origin’s stead when no other origin is left, unmarked', async () => {
    const { request, tickets, points } = setUp({
      carry: () => {
        const failure = JSON.stringify({ outcome: 'connect_failed', reached: false });
        return plain('web server is down', { status: 521, headers: { 'plimsoll-failure': failure } });
      },
    });
    const answer = await request(URL, { method: 'POST', body: 'x' });
    expect([answer.status, answer.headers.has('plimsoll-failure')]).toEqual([521, false]);
    expect(tickets).toHaveLength(3);
    expect(await answer.text()).toBe('web server is down');
    expect(last(points, 'outcome')).toBe('connect_failed');
  });

  it('ends a loop with 508 and does not try elsewhere', async () => {
    const { request, tickets } = setUp({ carry: () => failed('loop', false) });
    expect((await request(URL)).status).toBe(508);
    expect(tickets).toHaveLength(1);
  });

  it('gives up a proxy that never answers', async () => {
    const { request, points } = setUp({
      balancer: balancer({ timeouts: { first_byte_ms: 1 }, retry: { ...balancer().retry, attempts: 1 } }),
      carry: () => new Promise(() => {}),
    });
    expect((await request(URL)).status).toBe(503);
    expect(last(points, 'outcome')).toBe('timeout');
  });

  it('counts every request out again, when it failed and when the client leaves', async () => {
    const { request, isolate, points, settled } = setUp({
      carry: (_, { origin }) =>
        origin === 'p/a' ? failed('timeout', true) : new Response(new ReadableStream()),
    });
    const client = new AbortController();
    await request(URL, { signal: client.signal });
    expect([isolate.inflight.of('p/a'), isolate.inflight.of('p/b')]).toEqual([0, 1]);
    client.abort();
    await settled();
    expect(isolate.inflight.of('p/b')).toBe(0);
    expect(last(points, 'outcome')).toBe('client_gone');
  });

  it('reads a small body before it occupies even a lone origin', async () => {
    const { request, tickets, points } = setUp({
      pools: [pool('p', ['a'])],
      select: rotating(['p/a']),
      balancer: balancer({ timeouts: { first_byte_ms: 20 } }),
    });
    const stalls = new ReadableStream({
      type: 'bytes',
      start: (controller) => controller.enqueue(new Uint8Array(4)),
    });
    expect((await request(URL, { method: 'POST', body: stalls })).status).toBe(408);
    expect(tickets).toHaveLength(0);
    expect(last(points, 'outcome')).toBe('bad_request');
  });
});

describe('serve: without a selector', () => {
  it.each([
    ['throws', () => Promise.reject(new Error('down'))],
    ['hangs', () => new Promise<never>(() => {})],
    ['answers nonsense', () => ({ rankings: 'x' }) as never],
    ['answers no rankings', () => ({ ...rotating([])({} as never), rankings: [], vary: [] })],
    ['varies on what is no fact', () => rotating(['p/b'], { vary: [7] as never })({ want: 1 } as never)],
    ['names origins of another configuration', () => rotating(['q/x'])({ want: 1 } as never)],
  ])('serves in an order of its own when it %s, and says so', async (_, select) => {
    const { request, points } = setUp({ select, random: () => 0 });
    expect(await (await request(URL)).text()).toBe('p/a\n');
    expect(last(points, 'decision')).toBe('failover_order');
    expect(last(points, 'strategy')).toBe('failover');
    // Nor has it left anything behind that the next request stumbles over.
    expect((await request(URL)).status).toBe(200);
  });

  it('goes on with what it has when the selector goes away', async () => {
    let up = true;
    const { request, clock, points } = setUp({
      random: () => 0,
      select: (question) => {
        if (!up) throw new Error('down');
        return rotating(['p/b'], { max_age_ms: 100 })(question);
      },
    });
    await request(URL);
    up = false;
    clock.ms += 200;
    expect(await (await request(URL)).text()).toBe('p/b\n');
    expect(last(points, 'decision')).toBe('kept');
    clock.ms += 40_000;
    expect(await (await request(URL)).text()).toBe('p/a\n');
    expect(last(points, 'decision')).toBe('failover_order');
  });

  it('makes nobody wait again for a moment after a failure, and comes back by itself', async () => {
    let up = false;
    const { request, clock, questions, points, settled } = setUp({
      select: (question) => {
        if (!up) throw new Error('down');
        return rotating(['p/c'])(question);
      },
    });
    await request(URL);
    await request(URL);
    await settled();
    expect(questions.length).toBeLessThanOrEqual(2);
    up = true;
    clock.ms += 2_000;
    expect(await (await request(URL)).text()).toBe('p/c\n');
    expect(last(points, 'decision')).toBe('asked');
  });
});

describe('serve: what the client gets', () => {
  it('answers 404 that names no internals when nobody serves the host', async () => {
    const { request, points } = setUp({ balancer: balancer({ host: 'other.example' }) });
    const answer = await request(URL);
    expect([answer.status, await answer.text()]).toEqual([404, 'Not Found\n']);
    expect(last(points, 'outcome')).toBe('no_match');
  });

  it('answers 503 when there is no origin to try', async () => {
    const { request, points } = setUp({ pools: [pool('p', [])], select: rotating([]) });
    expect((await request(URL)).status).toBe(503);
    expect(last(points, 'outcome')).toBe('no_origin');
  });

  it('records what an origin answered, with the time it took', async () => {
    const { request, points, clock } = setUp({
      carry: () => {
        clock.ms += 40;
        return plain('ok', { headers: { 'cf-cache-status': 'HIT' } });
      },
    });
    await request(URL);
    const row = Object.fromEntries(
      (
        [
          'origin',
          'pool',
          'method',
          'path',
          'status',
          'first_byte_ms',
          'response_bytes',
          'cache_status',
        ] as const
      ).map((name) => [name, last(points, name)]),
    );
    expect(row).toEqual({
      origin: 'p/a',
      pool: 'p',
      method: 'GET',
      path: '/x',
      status: 200,
      first_byte_ms: 40,
      response_bytes: 2,
      cache_status: 'HIT',
    });
  });

  it('serves although data points cannot be written', async () => {
    const { request, env } = setUp({});
    env.TRAFFIC = {
      writeDataPoint: () => {
        throw new Error('no dataset');
      },
    };
    expect((await request(URL)).status).toBe(200);
  });

  it('marks an answer whose body broke off on the way', async () => {
    const { request, points, settled } = setUp({
      carry: () => {
        let sent = false;
        const body = new ReadableStream({
          pull(controller) {
            if (sent) controller.error(new Error('reset'));
            else controller.enqueue(new TextEncoder().encode('half'));
            sent = true;
          },
        });
        return new Response(body);
      },
    });
    const answer = await request(URL);
    await expect(answer.text()).rejects.toThrow();
    await settled();
    expect(last(points, 'outcome')).toBe('cut_short');
  });
});
