import { describe, expect, it } from 'vitest';
import { watch } from '../../../workers/gateway/watch.ts';

const NEVER = new AbortController().signal;
const IDLE_MS = 60;

/** A body of these pieces, each after so many milliseconds; without an end it then stands still. */
function body(pieces: Array<[after_ms: number, bytes: Uint8Array]>, end = true): ReadableStream<Uint8Array> {
  const left = [...pieces];
  return new ReadableStream({
    type: 'bytes',
    async pull(controller) {
      const [after_ms, piece] = left.shift() ?? [];
      if (after_ms) await scheduler.wait(after_ms);
      if (piece !== undefined) controller.enqueue(piece);
      else if (!end) await new Promise(() => {});
      else {
        controller.close();
        controller.byobRequest?.respond(0);
      }
    },
  } as UnderlyingByteSource);
}

/** `count` bytes that differ, so that none can be lost or swapped unseen. */
function bytes(count: number, seed = 0): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => (i * 31 + (i >> 8) + seed) % 251);
}

/** What arrives of a body, and how it ended. */
async function watched(source: ReadableStream<Uint8Array>, length?: number, client = NEVER) {
  const { readable, writable } =
    length === undefined ? new IdentityTransformStream() : new FixedLengthStream(length);
  const ended = watch(source, writable, length, IDLE_MS, client);
  const arrived = await new Response(readable).bytes().catch(() => 'cut' as const);
  return { arrived, ending: await ended };
}

describe('watch', () => {
  it.each([
    ['one byte', [1]],
    ['nothing', []],
    ['pieces of odd lengths', [10, 70_000, 1, 65_536, 65_535, 300_000]],
    ['more than comes in bulk', [500_000, 700_000, 900_001, 3]],
  ])('passes %s on, byte for byte', async (_, lengths) => {
    const pieces = lengths.map((count, i) => bytes(count, i));
    const all = pieces.flatMap((piece) => [...piece]);
    for (const length of [undefined, all.length]) {
      const { arrived, ending } = await watched(body(pieces.map((piece) => [0, piece.slice()])), length);
      expect(ending).toEqual({ outcome: 'ok' });
      expect(arrived === 'cut' ? arrived : arrived.length).toBe(all.length);
      expect([...arrived].every((byte, i) => byte === all[i])).toBe(true);
    }
  });

  it('cuts a body that stands still, and lets its source go', async () => {
    let cancelled = false;
    const source = new ReadableStream({
      type: 'bytes',
      start: (controller) => controller.enqueue(bytes(10)),
      cancel: () => {
        cancelled = true;
      },
    } as UnderlyingByteSource);
    const { arrived, ending } = await watched(source);
    expect(arrived).toBe('cut');
    expect(ending).toEqual({ outcome: 'cut_short', detail: `nothing came for ${IDLE_MS} ms` });
    expect(cancelled).toBe(true);
  });

  it('lets a slow body live that takes several times as long as it may stand still', async () => {
    const { arrived, ending } = await watched(body(Array.from({ length: 8 }, () => [IDLE_MS / 3, bytes(5)])));
    expect([arrived.length, ending.outcome]).toEqual([40, 'ok']);
  });

  it('lets a client go that takes nothing', async () => {
    const { writable } = new IdentityTransformStream();
    expect(await watch(body([[0, bytes(100)]]), writable, undefined, IDLE_MS, NEVER)).toEqual({
      outcome: 'client_gone',
      detail: `took nothing for ${IDLE_MS} ms`,
    });
  });

  it('ends with the client', async () => {
    const client = new AbortController();
    const { writable } = new IdentityTransformStream();
    const ended = watch(body([], false), writable, undefined, 10_000, client.signal);
    client.abort();
    expect(await ended).toEqual({ outcome: 'client_gone' });
  });

  it('is cut where the source breaks off', async () => {
    const source = new ReadableStream({
      type: 'bytes',
      pull: (controller) => controller.error(new Error('reset')),
    } as UnderlyingByteSource);
    const { arrived, ending } = await watched(source);
    expect([arrived, ending]).toEqual(['cut', { outcome: 'cut_short' }]);
  });
});
