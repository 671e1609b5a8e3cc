import { afterEach, describe, expect, it, vi } from 'vitest';
import { keepBody } from '../../../../workers/gateway/body/keep.ts';
import { bodyOf, bytes, countResources, cut } from './body_support.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const URL = 'http://app.example/';

function stream(chunks: Array<string | Error>, end = true): ReadableStream {
  const encoder = new TextEncoder();
  return new ReadableStream({
    type: 'bytes',
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk instanceof Error) controller.error(chunk);
      else if (chunk !== undefined) controller.enqueue(encoder.encode(chunk));
      else if (end) controller.close();
      else return new Promise(() => {});
    },
  });
}

describe('keepBody', () => {
  it('finds that a request has no body', async () => {
    expect(await keepBody(new Request(URL), 10, 100)).toEqual({ kind: 'none' });
  });

  it('keeps a body of known length up to the limit', async () => {
    const body = await keepBody(new Request(URL, { method: 'POST', body: '0123456789' }), 10, 100);
    expect(body.kind === 'kept' && new TextDecoder().decode(body.bytes)).toBe('0123456789');
  });

  it('keeps a body of unknown length up to the limit', async () => {
    const request = new Request(URL, { method: 'POST', body: stream(['01234', '56789']) });
    const body = await keepBody(request, 10, 100);
    expect(body.kind === 'kept' && new TextDecoder().decode(body.bytes)).toBe('0123456789');
  });

  it('streams a longer body of unknown length from its first byte', async () => {
    const request = new Request(URL, { method: 'POST', body: stream(['01234', '56789', 'ab']) });
    const body = await keepBody(request, 10, 100);
    if (body.kind !== 'stream') throw new Error(body.kind);
    const rest = await new Response(body.stream.pipeThrough(new IdentityTransformStream())).text();
    expect(new TextDecoder().decode(body.start) + rest).toBe('0123456789ab');
  });

  it('streams a body that declares more than the limit, without reading any of it', async () => {
    const request = new Request(URL, {
      method: 'POST',
      body: '01234567890',
      headers: { 'content-length': '11' },
    });
    const body = await keepBody(request, 10, 100);
    expect(body).toMatchObject({ kind: 'stream', length: 11 });
  });

  it('fails with 400 if the body breaks off', async () => {
    const request = new Request(URL, { method: 'POST', body: stream(['0', new Error('reset')]) });
    await expect(keepBody(request, 10, 100)).rejects.toMatchObject({ status: 400, outcome: 'bad_request' });
  });

  it('fails with 408 if the body stalls', async () => {
    const request = new Request(URL, { method: 'POST', body: stream(['0'], false) });
    await expect(keepBody(request, 10, 30)).rejects.toMatchObject({ status: 408, outcome: 'bad_request' });
  });

  it('treats a GET or HEAD with an empty body as one without', async () => {
    for (const method of ['GET', 'HEAD'])
      for (const length of ['0', '0, 0']) {
        const request = withBody(method, { 'content-length': length }, []);
        expect(await keepBody(request, 10, 100)).toEqual({ kind: 'none' });
      }
  });

  it('treats a GET with a chunked body that ends at once as one without', async () => {
    expect(await keepBody(withBody('GET', {}, []), 10, 100)).toEqual({ kind: 'none' });
  });

  it.each([
    ['a declared length', { 'content-length': '1' }],
    ['chunks', {}],
  ])('leaves the body of a GET with %s to the runtime', async (_, headers) => {
    expect(await keepBody(withBody('GET', headers, ['x']), 10, 100)).toEqual({ kind: 'untouchable' });
  });

  it('leaves the chunked body of a GET to the runtime if nothing has come yet', async () => {
    expect(await keepBody(withBody('GET', {}, [], false), 10, 100)).toEqual({ kind: 'untouchable' });
  });

  it.each(['5, 5', '5,5'])('keeps a body whose length is declared twice (%s)', async (length) => {
    const body = await keepBody(withBody('POST', { 'content-length': length }, ['01234']), 10, 100);
    expect(body.kind === 'kept' && new TextDecoder().decode(body.bytes)).toBe('01234');
  });

  it.each(['5, 6', '-5', 'x', ''])(
    'fails with 400 if the declared length is malformed (%j)',
    async (length) => {
      await expect(
        keepBody(withBody('POST', { 'content-length': length }, ['01234']), 10, 100),
      ).rejects.toMatchObject({ status: 400, outcome: 'bad_request' });
    },
  );

  it('uses one buffer that doubles, one timer and few reads for a body in 1-byte chunks', async () => {
    const all = bytes(3_000);
    const request = new Request(URL, { method: 'POST', body: bodyOf(cut(all, [1])) });
    const { made, timers } = countResources();
    const body = await keepBody(request, 65_536, 60_000);
    expect(body.kind === 'kept' && body.bytes).toEqual(all);
    // One buffer for the body, and one for gathering.
    expect(made).toMatchObject({ buffers: 2, buffer_bytes: 4_097 + 4_096 });
    expect(made.reads).toBeLessThan(100);
    expect(timers.mock.calls.filter(([, ms]) => ms === 60_000 / 8)).toHaveLength(1);
  });

  it('uses one buffer and one timer for a body of known length', async () => {
    const request = new Request(URL, {
      method: 'POST',
      headers: { 'content-length': '60000' },
      body: bodyOf(cut(bytes(60_000), [7_000])),
    });
    const { made, timers } = countResources();
    await keepBody(request, 65_536, 60_000);
    expect(made).toMatchObject({ buffers: 1, buffer_bytes: 60_001 });
    expect(timers).toHaveBeenCalledTimes(1);
  });
});

/** A request with a body, even for a method with which no script may send one. */
function withBody(method: string, headers: Record<string, string>, chunks: string[], end = true): Request {
  const request = new Request(URL, { method: 'POST', headers, body: stream(chunks, end) });
  return new Proxy(request, {
    get(target, name) {
      if (name === 'method') return method;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
