import { afterEach, describe, expect, it, vi } from 'vitest';
import { watch } from '../../../../workers/gateway/body/watch.ts';
import { bytes, countResources } from './body_support.ts';

const NEVER = new AbortController().signal;
const IDLE_MS = 60;

/** A body that delivers each piece after `after_ms`. Without an end, it then stands still. */
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

/** Watches a body. @returns what arrived of it, and how it ended */
async function watched(source: ReadableStream<Uint8Array>, length?: number, client = NEVER) {
  const { readable, writable } =
    length === undefined ? new IdentityTransformStream() : new FixedLengthStream(length);
  const ended = watch(source, writable, { length, idle_ms: IDLE_MS, client });
  const arrived = await new Response(readable).bytes().catch(() => 'cut' as const);
  return { arrived, ending: await ended };
}

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Returns events of an event stream. */
function events(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => new TextEncoder().encode(`data: token ${i}\n\n`));
}

describe('watch', () => {
  it.each([
    ['one byte', [1]],
    ['nothing', []],
    ['pieces of odd lengths', [10, 70_000, 1, 65_536, 65_535, 300_000]],
    ['more than comes in bulk', [500_000, 700_000, 900_001, 3]],
  ])('passes on %s, byte for byte', async (_, lengths) => {
    const pieces = lengths.map((count, i) => bytes(count, i));
    const all = pieces.flatMap((piece) => [...piece]);
    for (const length of [undefined, all.length]) {
      const { arrived, ending } = await watched(body(pieces.map((piece) => [0, piece.slice()])), length);
      expect(ending).toEqual({ outcome: 'ok' });
      expect(arrived === 'cut' ? arrived : arrived.length).toBe(all.length);
      expect([...arrived].every((byte, i) => byte === all[i])).toBe(true);
    }
  });

  it('ends a body that stands still and cancels its source', async () => {
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

  it.each([-3_600_000, 3_600_000])(
    'ends a body that stands still, and not at once, even if the clock is set by %d ms',
    async (jump_ms) => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      let off_ms = 0;
      const now = () => 1_000_000 + off_ms;
      const { writable } = new IdentityTransformStream();
      let ending: unknown;
      void watch(body([], false), writable, { idle_ms: IDLE_MS, client: NEVER, now }).then((how) => {
        ending = how;
      });
      off_ms = jump_ms;
      await vi.advanceTimersByTimeAsync(0.9 * IDLE_MS);
      expect(ending).toBeUndefined();
      await vi.advanceTimersByTimeAsync(0.1 * IDLE_MS);
      expect(ending).toEqual({ outcome: 'cut_short', detail: `nothing came for ${IDLE_MS} ms` });
    },
  );

  it('passes on a slow body that takes several times as long as it may stand still', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    // Time passes only while the source is asked for a piece.
    let left = 8;
    const source = new ReadableStream({
      type: 'bytes',
      async pull(controller) {
        await vi.advanceTimersByTimeAsync(IDLE_MS / 3);
        if (left-- > 0) return controller.enqueue(bytes(5));
        controller.close();
        controller.byobRequest?.respond(0);
      },
    } as UnderlyingByteSource);
    const { arrived, ending } = await watched(source);
    expect([arrived.length, ending.outcome]).toEqual([40, 'ok']);
  });

  it('ends the response of a client that takes nothing', async () => {
    const { writable } = new IdentityTransformStream();
    expect(await watch(body([[0, bytes(100)]]), writable, { idle_ms: IDLE_MS, client: NEVER })).toEqual({
      outcome: 'client_gone',
      detail: `took nothing for ${IDLE_MS} ms`,
    });
  });

  it('ends when the client disconnects', async () => {
    const client = new AbortController();
    const { writable } = new IdentityTransformStream();
    const ended = watch(body([], false), writable, {
      length: undefined,
      idle_ms: 10_000,
      client: client.signal,
    });
    client.abort();
    expect(await ended).toEqual({ outcome: 'client_gone' });
  });

  it('reports a source that breaks off', async () => {
    const source = new ReadableStream({
      type: 'bytes',
      pull: (controller) => controller.error(new Error('reset')),
    } as UnderlyingByteSource);
    const { arrived, ending } = await watched(source);
    expect([arrived, ending]).toEqual(['cut', { outcome: 'cut_short' }]);
  });

  it('uses two buffers, one timer and few reads for a stream of many small events', async () => {
    const all = events(1_000);
    const source = body(all.map((event) => [0, event.slice()]));
    const { made, timers } = countResources();
    const { arrived, ending } = await watched(source);
    expect(ending).toEqual({ outcome: 'ok' });
    expect(new TextDecoder().decode(arrived as Uint8Array)).toBe(
      all.map((event) => new TextDecoder().decode(event)).join(''),
    );
    expect(made).toMatchObject({ buffers: 2, buffer_bytes: 65_536 + 4_096 });
    expect(made.reads).toBeLessThan(100);
    // Only short timers are left: one watches for a stall, and the others end a gathering.
    expect(timers.mock.calls.filter(([, ms]) => (ms ?? 0) > 16)).toEqual([]);
  });

  it('passes on single events at once, and the first of many', async () => {
    const { readable, writable } = new IdentityTransformStream();
    const reader = readable.getReader();
    const source = body([...events(3).map((event) => [0, event] as [number, Uint8Array])], false);
    void watch(source, writable, { idle_ms: 10_000, client: NEVER });
    const { timers } = countResources();
    for (const event of events(3)) expect((await reader.read()).value).toEqual(event);
    expect(timers).not.toHaveBeenCalled();
    await reader.cancel();
  });

  it('ends an event stream that stands still after many events', async () => {
    const left = events(300);
    const source = new ReadableStream({
      type: 'bytes',
      pull: (controller) => {
        const event = left.shift();
        if (event !== undefined) controller.enqueue(event);
        return event === undefined ? new Promise(() => {}) : undefined;
      },
    } as UnderlyingByteSource);
    const { ending } = await watched(source);
    expect(ending).toEqual({ outcome: 'cut_short', detail: `nothing came for ${IDLE_MS} ms` });
  });

  it('ends the response of a client that takes nothing more after many events', async () => {
    const { readable, writable } = new IdentityTransformStream();
    const source = body(events(20_000).map((event) => [0, event]));
    const ended = watch(source, writable, { idle_ms: IDLE_MS, client: NEVER });
    const reader = readable.getReader();
    for (let i = 0; i < 20; i++) await reader.read();
    expect(await ended).toEqual({ outcome: 'client_gone', detail: `took nothing for ${IDLE_MS} ms` });
  });

  it('hands a body over to the runtime if it begins with many small pieces and continues in bulk', async () => {
    const pieces = [...events(100), ...Array.from({ length: 40 }, (_, i) => bytes(65_000, i))];
    const all = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
    const pipe = vi.spyOn(ReadableStream.prototype, 'pipeTo');
    const { readable, writable } = new IdentityTransformStream();
    const source = body(pieces.map((piece) => [0, piece.slice()]));
    // The clock stands still, so that everything comes within a second even on a busy machine.
    const ended = watch(source, writable, {
      length: undefined,
      idle_ms: 10_000,
      client: NEVER,
      now: () => 1_000_000,
    });
    const arrived = await new Response(readable).bytes();
    expect(await ended).toEqual({ outcome: 'ok' });
    expect(arrived.byteLength).toBe(all);
    expect(arrived.slice(-65_000)).toEqual(bytes(65_000, 39));
    expect(pipe.mock.calls.map(([to]) => to)).toContain(writable);
  });
});
