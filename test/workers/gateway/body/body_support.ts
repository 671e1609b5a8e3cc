import { vi } from 'vitest';

/** A body that delivers these pieces. @param stall_ms how long to wait before a piece */
export function bodyOf(
  pieces: readonly Uint8Array[],
  stall_ms: (index: number) => number = () => 0,
): ReadableStream<Uint8Array> {
  let next = 0;
  return new ReadableStream({
    type: 'bytes',
    async pull(controller) {
      const ms = stall_ms(next);
      if (ms > 0) await scheduler.wait(ms);
      const piece = pieces[next++];
      if (piece !== undefined) return controller.enqueue(piece);
      controller.close();
      controller.byobRequest?.respond(0);
    },
  } as UnderlyingByteSource);
}

/** Returns `count` bytes that differ from their neighbours, so that a lost or swapped byte is noticed. */
export function bytes(count: number, seed = 0): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => (i * 31 + (i >> 8) + seed) % 251);
}

/** Cuts bytes into pieces of these lengths, which are repeated. */
export function cut(all: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0, i = 0; at < all.byteLength; i++) {
    const length = lengths[i % lengths.length] ?? 1;
    pieces.push(all.slice(at, at + length));
    at += length;
  }
  return pieces;
}

/** Counts buffers, reads and timers from now on. `vi.unstubAllGlobals` and `vi.restoreAllMocks` undo it. */
export function countResources() {
  const made = { buffers: 0, buffer_bytes: 0, reads: 0 };
  vi.stubGlobal(
    'ArrayBuffer',
    new Proxy(ArrayBuffer, {
      construct(target, args: [number]) {
        made.buffers++;
        made.buffer_bytes += args[0];
        return new target(...args);
      },
    }),
  );
  const timers = vi.spyOn(globalThis, 'setTimeout');
  const read = ReadableStreamBYOBReader.prototype.read;
  vi.spyOn(ReadableStreamBYOBReader.prototype, 'read').mockImplementation(function (
    this: ReadableStreamBYOBReader,
    view: Uint8Array,
  ) {
    made.reads++;
    return read.call(this, view);
  } as typeof read);
  return { made, timers };
}
