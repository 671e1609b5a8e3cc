import { afterEach, describe, expect, it, vi } from 'vitest';
import { hold, isShort } from '../../../../workers/gateway/body/hold.ts';
import { balancer, inOrder, last, plain, pool, setUp } from '../support.ts';
import { bodyOf, bytes, countResources, cut } from './body_support.ts';

const URL = 'https://app.example.com/x';
const encoder = new TextEncoder();
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** An answer of six bytes: three come at once, and three after a wait. */
function halves(wait: number | Promise<void>, end: 'sound' | 'broken' = 'sound'): Response {
  const body = new ReadableStream({
    async start(controller) {
      controller.enqueue(encoder.encode('abc'));
      await (typeof wait === 'number' ? pause(wait) : wait);
      if (end === 'broken') return controller.error(new Error('reset'));
      controller.enqueue(encoder.encode('def'));
      controller.close();
    },
    type: 'bytes',
  });
  return new Response(body, { status: 201, headers: { 'content-length': '6', 'x-own': 'kept' } });
}

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('hold', () => {
  it('uses one buffer and one timer for a body in many small pieces', async () => {
    const all = bytes(300);
    const response = new Response(bodyOf(cut(all, [1])));
    const { made, timers } = countResources();
    const held = await hold(response, 300, true);
    expect(made).toMatchObject({ buffers: 1, buffer_bytes: 300 });
    expect(timers).toHaveBeenCalledTimes(1);
    expect(await held?.response.bytes()).toEqual(all);
  });

  it('reads a short body to its end, however many pieces it comes in', async () => {
    for (const ms of [0, 20]) {
      const held = await hold(halves(ms), 6, true);
      expect([held?.whole, held?.response.status, await held?.response.text()]).toEqual([
        true,
        201,
        'abcdef',
      ]);
      expect(held?.response.headers.get('x-own')).toBe('kept');
    }
  });

  it('streams a body that takes longer, beginning with what was read', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const held = await hold(halves(promise), 6, true);
    resolve();
    expect([held?.whole, held?.response.status, await held?.response.text()]).toEqual([false, 201, 'abcdef']);
  });

  it('returns nothing if the body breaks off meanwhile, and passes on an error if it breaks off later', async () => {
    expect(await hold(halves(10, 'broken'), 6, true)).toBeUndefined();
    const { promise, resolve } = Promise.withResolvers<void>();
    const held = await hold(halves(promise, 'broken'), 6, true);
    resolve();
    await expect(held?.response.text()).rejects.toThrow();
  });

  it('reads a stream that accepts no buffers piece by piece', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const body = new ReadableStream({
      async start(controller) {
        controller.enqueue(encoder.encode('abc'));
        await promise;
        controller.enqueue(encoder.encode('def'));
        controller.close();
      },
    });
    const held = await hold(new Response(body), 6, true);
    resolve();
    expect([held?.whole, await held?.response.text()]).toEqual([false, 'abcdef']);
  });

  it('cancels the source when the rest is not wanted', async () => {
    let cancelled = 0;
    const body = new ReadableStream({
      type: 'bytes',
      start: (controller) => controller.enqueue(encoder.encode('abc')),
      cancel: () => void cancelled++,
    });
    const held = await hold(new Response(body), 6, true);
    await held?.response.body?.cancel();
    expect(cancelled).toBe(1);
  });

  it('returns an empty body as whole', async () => {
    const held = await hold(new Response(''), 0, true);
    expect([held?.whole, await held?.response.text()]).toEqual([true, '']);
  });

  it('applies to bodies of known length up to the first flight of packets', () => {
    expect([0, 14_600, 14_601, undefined].map(isShort)).toEqual([true, true, false, false]);
  });
});

describe('an answer whose short body is slower than `first_byte_ms`', () => {
  const slow = (change: Parameters<typeof setUp>[0] = {}) =>
    setUp({
      balancer: balancer({ timeouts: { first_byte_ms: 50, idle_ms: 300_000 } }),
      select: inOrder(['p/a', 'p/b']),
      carry: () => halves(1_200),
      now: Date.now,
      ...change,
    });

  it.each(['GET', 'POST'])('is delivered by the origin that began it (%s)', async (method) => {
    vi.useFakeTimers();
    const { request, tickets, points, settled, isolate } = slow();
    const answered = request(URL, method === 'POST' ? { method, body: 'x' } : {}).then(
      async (answer) => [answer.status, await answer.text()] as const,
    );
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await answered).toEqual([201, 'abcdef']);
    await settled();
    expect(tickets).toHaveLength(1);
    expect([last(points, 'outcome'), last(points, 'failed_origins')]).toEqual(['ok', '']);
    expect(last(points, 'first_byte_ms')).toBeLessThan(1_000);
    expect(isolate.inflight.of('p/a')).toBe(0);
  });

  it.each([
    ['a POST, which must not be repeated', { init: { method: 'POST', body: 'x' } }],
    ['the last attempt', { balancer: { ...balancer(), retry: { ...balancer().retry, attempts: 1 } } }],
    ['a request with one origin', { select: inOrder(['p/a']), pools: [pool('p', ['a'])] }],
    [
      'a balancer that does not retry answers that were cut short',
      { balancer: { ...balancer(), retry: { ...balancer().retry, on: ['reset' as const], on_status: [] } } },
    ],
  ])('is not held for %s', async (_, change) => {
    const { init, ...options } = { init: {}, ...change };
    // If it were held, it would never be delivered.
    const { request, tickets } = slow({ carry: () => halves(20, 'broken'), ...options });
    const answer = await request(URL, init);
    expect(answer.status).toBe(201);
    await expect(answer.text()).rejects.toThrow();
    expect(tickets).toHaveLength(1);
  });

  it('is replaced by the answer of another origin if it breaks off while it is held', async () => {
    const carry = (_: Request, { origin }: { origin: string }) =>
      origin === 'p/a' ? halves(10, 'broken') : plain('b');
    const { request, points } = slow({ carry });
    expect(await (await request(URL)).text()).toBe('b');
    expect([last(points, 'origin'), last(points, 'failed_origins')]).toEqual(['p/b', 'p/a']);
  });
});
