import { describe, expect, it, vi } from 'vitest';
import { balancer, failed, last, plain, pool, rotating, setUp } from '../support.ts';

const URL = 'https://app.example.com/x?y=1';

describe('failover', () => {
  const onlyB =
    (status: number) =>
    (_: Request, { origin }: { origin: string }) =>
      origin === 'p/b' ? plain('b') : plain('no', { status });

  it.each([502, 503, 504])('sends a GET to the next origin after status %i', async (status) => {
    const { request, points } = setUp({ carry: onlyB(status) });
    const answer = await request(URL);
    expect([answer.status, await answer.text()]).toEqual([200, 'b']);
    expect(last(points, 'attempts')).toBe(2);
    expect(last(points, 'retry_reason')).toBe(String(status));
    expect(last(points, 'failed_origins')).toBe('p/a');
    expect(last(points, 'outcome')).toBe('ok');
  });

  it('delivers a status that is not in `retry.on_status`', async () => {
    const { request, tickets } = setUp({ carry: () => plain('mine', { status: 500 }) });
    expect((await request(URL)).status).toBe(500);
    expect(tickets).toHaveLength(1);
  });

  it.each(['connect_failed', 'timeout', 'connection_lost', 'proxy_failed'] as const)(
    'sends a GET to the next origin after %s',
    async (outcome) => {
      const { request, points } = setUp({
        carry: (_, { origin }) => (origin === 'p/a' ? failed(outcome, true) : plain('ok')),
      });
      expect((await request(URL)).status).toBe(200);
      expect(last(points, 'retry_reason')).toBe(outcome);
    },
  );

  it('sends a POST with its body to the next origin if no application saw it', async () => {
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
  ] as const)('does not repeat a POST after %s and answers %i', async (outcome, status) => {
    const { request, tickets, points } = setUp({ carry: () => failed(outcome, true) });
    const answer = await request(URL, { method: 'POST', body: 'once' });
    expect(answer.status).toBe(status);
    expect(answer.headers.has('retry-after')).toBe(false);
    expect(tickets).toHaveLength(1);
    expect(last(points, 'outcome')).toBe(outcome);
  });

  it.each([
    ...['PROPFIND', 'REPORT', 'SEARCH', 'MKCOL', 'COPY', 'MOVE', 'UNLOCK', 'PROPPATCH', 'PUT', 'DELETE'],
  ])('repeats the idempotent method %s after a lost connection', async (method) => {
    const { request, tickets } = setUp({
      carry: (_, { origin }) => (origin === 'p/a' ? failed('connection_lost', true) : plain(origin)),
    });
    expect((await request(URL, { method })).status).toBe(200);
    expect(tickets).toHaveLength(2);
  });

  it.each(['LOCK', 'PATCH'])('does not repeat %s after a lost connection', async (method) => {
    const { request, tickets } = setUp({ carry: () => failed('connection_lost', true) });
    expect((await request(URL, { method })).status).toBe(502);
    expect(tickets).toHaveLength(1);
  });

  it('repeats a POST if `retry.also_methods` names it', async () => {
    const app = balancer();
    app.retry.also_methods = ['POST'];
    const { request, tickets } = setUp({ balancer: app, carry: onlyB(503) });
    expect((await request(URL, { method: 'POST', body: 'again' })).status).toBe(200);
    expect(tickets).toHaveLength(2);
  });

  it('delivers the 503 that an origin answers to a POST', async () => {
    const { request, tickets } = setUp({ carry: () => plain('busy', { status: 503 }) });
    const answer = await request(URL, { method: 'POST', body: 'once' });
    expect([answer.status, await answer.text()]).toEqual([503, 'busy']);
    expect(tickets).toHaveLength(1);
  });

  it('streams a body above `max_body_bytes` and sends it once', async () => {
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

  it('delivers the last answer of an origin if all origins failed', async () => {
    const { request } = setUp({
      carry: (_, { origin }) =>
        origin === 'p/b' ? plain('b is busy', { status: 503 }) : failed('timeout', true),
    });
    const answer = await request(URL);
    expect([answer.status, await answer.text()]).toEqual([503, 'b is busy']);
  });

  it('answers 503 with Retry-After and no internals if no origin answered', async () => {
    const { request, points } = setUp({ carry: () => failed('connect_failed', false) });
    const answer = await request(URL);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await answer.text()).toBe('Service Unavailable\n');
    expect(last(points, 'outcome')).toBe('connect_failed');
    expect(last(points, 'failed_origins')).toBe('p/a,p/b');
  });

  it('replaces an answer with a malformed length by that of another origin', async () => {
    const { request, points } = setUp({
      carry: (_, { origin }) =>
        origin === 'p/a' ? new Response('hello', { headers: { 'content-length': '5, 6' } }) : plain('whole'),
    });
    expect(await (await request(URL)).text()).toBe('whole');
    expect(last(points, 'retry_reason')).toBe('connection_lost');
  });

  it.each([5, 20_000])('accepts a length of %i that is declared twice', async (length) => {
    const { request, points } = setUp({
      carry: () =>
        new Response('x'.repeat(length), { headers: { 'content-length': `${length}, ${length}` } }),
    });
    const response = await request(URL);
    expect(response.headers.get('content-length')).toBe(String(length));
    expect(await response.text()).toBe('x'.repeat(length));
    await vi.waitFor(() => expect(last(points, 'response_bytes')).toBe(length));
  });

  it('replaces a short answer that breaks off by that of another origin', async () => {
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

  it('delivers the answer that Cloudflare gave in place of the last origin, without the failure header', async () => {
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

  it('answers a loop with 508 and tries no other origin', async () => {
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

  it('returns every in-flight count, after a failure and when the client leaves', async () => {
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

  it('reads a small body before it sends anything, even to a single origin', async () => {
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
