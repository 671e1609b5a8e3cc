import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Body } from '../../../../workers/gateway/body/keep.ts';
import { Upload } from '../../../../workers/gateway/body/upload.ts';
import { bodyOf, bytes, countResources, cut } from './body_support.ts';

/** A client's body of these pieces. Then it ends, breaks off, or stalls. */
function body(pieces: string[], end: 'ends' | 'breaks' | 'stalls'): Extract<Body, { kind: 'stream' }> {
  const { readable, writable } = new IdentityTransformStream();
  const writer = writable.getWriter();
  const write = async () => {
    for (const piece of pieces) await writer.write(new TextEncoder().encode(piece));
    if (end === 'ends') await writer.close();
    if (end === 'breaks') await writer.abort(new Error('reset'));
  };
  write().catch(() => {});
  return { kind: 'stream', stream: readable, length: undefined };
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const upload = (one: Extract<Body, { kind: 'stream' }>, to: WritableStream, deadline_ms: number) =>
  new Upload(one).send(to, deadline_ms);

describe('an upload', () => {
  it('passes on the whole body and its end', async () => {
    const { readable, writable } = new IdentityTransformStream();
    const arrived = new Response(readable).text();
    await upload(body(['one ', 'two'], 'ends'), writable, 1_000);
    expect(await arrived).toBe('one two');
  });

  it('fails with 400 if the client breaks off, and the origin sees no end', async () => {
    const { readable, writable } = new IdentityTransformStream();
    const arrived = new Response(readable).text();
    arrived.catch(() => {});
    await expect(upload(body(['half'], 'breaks'), writable, 1_000)).rejects.toMatchObject({ status: 400 });
    await expect(arrived).rejects.toThrow();
  });

  it('fails with 408 if the client stalls', async () => {
    const { readable, writable } = new IdentityTransformStream();
    new Response(readable).text().catch(() => {});
    await expect(upload(body(['half'], 'stalls'), writable, 30)).rejects.toMatchObject({ status: 408 });
  });

  it('ends without an error if the origin stops reading', async () => {
    const { readable, writable } = new IdentityTransformStream();
    await readable.cancel();
    await expect(upload(body(['one', 'two'], 'ends'), writable, 1_000)).resolves.toBeUndefined();
  });

  it('gives up an origin that takes nothing', async () => {
    const { writable } = new IdentityTransformStream();
    await expect(upload(body(['one'], 'ends'), writable, 30)).rejects.toMatchObject({
      name: 'DeadlineError',
    });
  });

  it('passes on what was read before, and then the rest', async () => {
    const { readable, writable } = new IdentityTransformStream();
    const arrived = new Response(readable).text();
    await upload({ ...body(['two'], 'ends'), start: new TextEncoder().encode('one ') }, writable, 1_000);
    expect(await arrived).toBe('one two');
  });

  /** Lets an attempt take `bytes_taken` bytes and fail. @returns what it has taken */
  const failAfter = async (sending: Upload, bytes_taken: number) => {
    const { readable, writable } = new IdentityTransformStream();
    const sent = sending.send(writable, 1_000);
    const reader = readable.getReader({ mode: 'byob' });
    const { value } = await reader.readAtLeast(bytes_taken, new Uint8Array(bytes_taken));
    sending.pause();
    await sent;
    return new TextDecoder().decode(value as Uint8Array);
  };
  const sendAll = async (sending: Upload) => {
    const { readable, writable } = new IdentityTransformStream();
    const [arrived] = await Promise.all([new Response(readable).text(), sending.send(writable, 1_000)]);
    return arrived;
  };

  it('begins again for another attempt while no more than one piece was passed on', async () => {
    const big = 'x'.repeat(65_536);
    const sending = new Upload(body([big, 'rest'], 'ends'));
    expect(sending.repeatable).toBe(true);
    expect(await failAfter(sending, 30_000)).toHaveLength(30_000);
    expect(sending.repeatable).toBe(true);
    expect(await sendAll(sending)).toBe(`${big}rest`);
    expect(sending.repeatable).toBe(false);
  });

  it('begins again after an attempt that took nothing, even if that attempt waited for the client', async () => {
    const { readable, writable } = new IdentityTransformStream();
    const sending = new Upload({ kind: 'stream', stream: readable, length: undefined });
    const { writable: nowhere } = new IdentityTransformStream();
    const sent = sending.send(nowhere, 1_000);
    await scheduler.wait(5);
    sending.pause();
    const second = sendAll(sending);
    const writer = writable.getWriter();
    await writer.write(new TextEncoder().encode('late'));
    await writer.close();
    expect(await second).toBe('late');
    await sent;
  });

  it('can be sent any number of times if it is short, with its start and its end', async () => {
    const sending = new Upload({ ...body(['two'], 'ends'), start: new TextEncoder().encode('one ') });
    for (let i = 0; i < 3; i++) expect(await sendAll(sending)).toBe('one two');
  });

  it('cancels the client’s body when no attempt follows', async () => {
    let cancelled = 0;
    const stream = new ReadableStream({
      type: 'bytes',
      pull: (controller) => controller.enqueue(new Uint8Array(10)),
      cancel: () => void cancelled++,
    });
    const sending = new Upload({ kind: 'stream', stream, length: undefined });
    await failAfter(sending, 5);
    expect(cancelled).toBe(0);
    sending.end(false);
    expect(cancelled).toBe(1);
  });

  it('uses two buffers, one timer and few reads for a body in 1-byte chunks', async () => {
    const all = bytes(3_000);
    const stream = bodyOf(cut(all, [1]));
    const { readable, writable } = new IdentityTransformStream();
    const arrived = new Response(readable).bytes();
    const { made, timers } = countResources();
    await upload({ kind: 'stream', stream, length: undefined }, writable, 60_000);
    expect(await arrived).toEqual(all);
    expect(made).toMatchObject({ buffers: 2, buffer_bytes: 65_536 + 4_096 });
    expect(made.reads).toBeLessThan(100);
    expect(timers.mock.calls.filter(([, ms]) => ms === 60_000 / 8)).toHaveLength(1);
  });
});
