import type { Outcome } from '../../shared/contracts/carrying.ts';

/** How a body ended, and for the operator why. */
export interface Ending {
  outcome: Outcome;
  detail?: string;
}

/** What is read at once at most; see `body.ts`. */
const PIECE_BYTES = 65_536;

/**
 * A body that brings so much within a second comes in bulk and is watched no longer: the runtime moves the rest
 * unseen, for a third of the processor time (workerd, 2 cores: 0.9 ms a megabyte instead of 3).
 */
const BULK_BYTES = 1_048_576;
const BULK_MS = 1_000;

/**
 * Passes a body on as it comes, and ends it when nothing moves for `idle_ms`, whoever it is that stands still. The
 * script moves the bytes, for the runtime does not tell how far it is, until the body proves to be fast.
 *
 * @param length in bytes, if it is known
 * @param client aborted when the client goes away
 * @returns when the body has ended; never rejects
 */
export async function watch(
  body: ReadableStream<Uint8Array>,
  to: WritableStream<Uint8Array>,
  length: number | undefined,
  idle_ms: number,
  client: AbortSignal,
  now: () => number = Date.now,
): Promise<Ending> {
  const reader = body.getReader({ mode: 'byob' });
  const writer = to.getWriter();
  writer.closed.catch(() => {});
  let waits_for: 'origin' | 'client' = 'origin';
  let moved_at = now();
  let ending: Ending | undefined;
  const end = (how: Ending) => {
    ending ??= how;
    reader.cancel().catch(() => {});
    writer.abort().catch(() => {});
  };
  // One timer a body, not one a piece.
  const look = () => {
    const left_ms = moved_at + idle_ms - now();
    if (left_ms > 0) timer = setTimeout(look, left_ms);
    else if (waits_for === 'client')
      end({ outcome: 'client_gone', detail: `took nothing for ${idle_ms} ms` });
    else end({ outcome: 'cut_short', detail: `nothing came for ${idle_ms} ms` });
  };
  let timer = setTimeout(look, idle_ms);
  client.addEventListener('abort', () => end({ outcome: 'client_gone' }), { once: true });
  try {
    // An empty buffer is an error.
    let buffer = new ArrayBuffer(Math.max(1, Math.min(length ?? PIECE_BYTES, PIECE_BYTES)));
    for (let bulk_bytes = 0, bulk_since = moved_at; ; ) {
      waits_for = 'origin';
      const { done, value } = await reader.read(new Uint8Array(buffer));
      moved_at = now();
      if (ending !== undefined) return ending;
      waits_for = 'client';
      if (done) break;
      bulk_bytes += value.byteLength;
      await writer.write(value);
      moved_at = now();
      if (bulk_bytes >= BULK_BYTES) {
        if (moved_at - bulk_since < BULK_MS) {
          reader.releaseLock();
          writer.releaseLock();
          clearTimeout(timer);
          await body.pipeTo(to, { signal: client });
          return { outcome: 'ok' };
        }
        bulk_bytes = 0;
        bulk_since = moved_at;
      }
      // The stream gives back the memory that it was lent.
      buffer = value.buffer as ArrayBuffer;
    }
    await writer.close();
    return { outcome: 'ok' };
  } catch {
    end({ outcome: client.aborted ? 'client_gone' : 'cut_short' });
    return ending ?? { outcome: 'cut_short' };
  } finally {
    clearTimeout(timer);
  }
}
