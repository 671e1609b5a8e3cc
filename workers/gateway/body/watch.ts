import type { Outcome } from '../../../shared/contracts/carrying.ts';
import { elapsed } from '../../../shared/time/clock.ts';
import { PIECE_BYTES, PieceReader } from './piece_reader.ts';
import { StallTimer } from './stall.ts';

/** How a body ended, and for the operator why. */
export interface Ending {
  outcome: Outcome;
  detail?: string;
}

/**
 * A body that brings this much within a second is not watched any longer. The runtime moves the rest without a script, at a
 * third of the processor time (workerd, 2 cores: 0.9 ms a megabyte instead of 3).
 */
const BULK_BYTES = 1_048_576;
const BULK_MS = 1_000;

/**
 * Passes a body on as it comes, and ends it when nothing moves for `idle_ms`, whether origin or client stands still. The
 * script moves the bytes until the body proves to be fast, because the runtime does not tell a script how far it is.
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
  const reader = new PieceReader(body, now);
  const writer = to.getWriter();
  writer.closed.catch(() => {});
  let waits_for: 'origin' | 'client' = 'origin';
  let ending: Ending | undefined;
  // A read or write under way then ends.
  const end = (how: Ending, cause: unknown = lost(how)) => {
    ending ??= how;
    reader.cancel();
    writer.abort(cause).catch(() => {});
  };
  const timer = new StallTimer(idle_ms, () => {
    if (waits_for === 'client') end({ outcome: 'client_gone', detail: `took nothing for ${idle_ms} ms` });
    else end({ outcome: 'cut_short', detail: `nothing came for ${idle_ms} ms` });
  });
  client.addEventListener('abort', () => end({ outcome: 'client_gone' }), { once: true });
  try {
    // One byte at least: an empty buffer is an error.
    let buffer = new ArrayBuffer(Math.max(1, Math.min(length ?? PIECE_BYTES, PIECE_BYTES)));
    for (let bulk_bytes = 0, bulk_since = now(); ; ) {
      waits_for = 'origin';
      const { done, value } = await reader.read(new Uint8Array(buffer));
      if (ending !== undefined) return ending;
      timer.moved();
      waits_for = 'client';
      if (done) break;
      bulk_bytes += value.byteLength;
      await writer.write(value);
      timer.moved();
      if (bulk_bytes >= BULK_BYTES) {
        if (elapsed(bulk_since, now()) < BULK_MS) {
          writer.releaseLock();
          timer.stop();
          await reader.release().pipeTo(to, { signal: client });
          return { outcome: 'ok' };
        }
        bulk_bytes = 0;
        bulk_since = now();
      }
      // The stream gives back the memory that it was lent.
      buffer = value.buffer as ArrayBuffer;
    }
    await writer.close();
    return { outcome: 'ok' };
  } catch (cause) {
    // An abort in the same turn of the event loop would overtake the last bytes written, and the client would miss them.
    if (ending === undefined && !client.aborted) await scheduler.wait(1);
    end({ outcome: client.aborted ? 'client_gone' : 'cut_short' }, cause);
    return ending ?? { outcome: 'cut_short' };
  } finally {
    timer.stop();
  }
}

/**
 * Why the client's answer breaks off. The runtime takes an error that is marked so for a lost connection: it closes the
 * client's, and does not log a defect of ours (plain workerd: `Uncaught exception`). The error of a read is one already.
 */
function lost({ outcome, detail = outcome }: Ending): Error {
  return Object.assign(new Error(detail), { retryable: true });
}
