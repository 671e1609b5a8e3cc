import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Body } from '../../../workers/gateway/body.ts';
import { upload } from '../../../workers/gateway/upload.ts';
import { bodyOf, bytes, countResources, cut } from './body_support.ts';

/** A client's body: pieces, then its end, an error, or nothing any more. */
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

describe('upload', () => {
  it('passes everything on, and the end', async () => {
    const { readable, writable } = new IdentityTransformStream();
    const arrived = new Response(readable).text();
    await upload(body(['one ', 'two'], 'ends'), writable, 1_000);
    expect(await arrived).toBe('one two');
  });

  it('answers 400 when the client breaks off, and lets the origin see no end', async () => {
    const { readable, writable } = new IdentityTransformStream();
    const arrived = new Response(readable).text();
    arrived.catch(() => {});
    await expect(upload(body(['half'], 'breaks'), writable, 1_000)).rejects.toMatchObject({ status: 400 });
    await expect(arrived).rejects.toThrow();
  });

  it('answers 408 when the client stalls', async () => {
    const { readable, writable } = new IdentityTransformStream();
    new Response(readable).text().catch(() => {});
    await expect(upload(body(['half'], 'stalls'), writable, 30)).rejects.toMatchObject({ status: 408 });
  });

  it('ends without blame for the client when the origin stops reading', async () => {
    const { readable, writable } = new IdentityTransformStream();
    await readable.cancel();
    await expect(upload(body(['one', 'two'], 'ends'), writable, 1_000)).resolves.toBeUndefined();
  });

  it('gives up an origin that takes nothing and says nothing', async () => {
    const { writable } = new IdentityTransformStream();
    await expect(upload(body(['one'], 'ends'), writable, 30)).rejects.toMatchObject({
      name: 'DeadlineError',
    });
  });

  it('passes on what was read before, then the rest', async () => {
    const { readable, writable } = new IdentityTransformStream();
    const arrived = new Response(readable).text();
    await upload({ ...body(['two'], 'ends'), start: new TextEncoder().encode('one ') }, writable, 1_000);
    expect(await arrived).toBe('one two');
  });

  it('takes two buffers, one timer and few pieces for a body in 1-byte chunks', async () => {
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
