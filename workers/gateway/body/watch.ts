import type { Outcome } from '../../../shared/contracts/carrying.ts';
import { contentLength } from '../../../shared/http/content_length.ts';
import { elapsed } from '../../../shared/time/clock.ts';
import { PIECE_BYTES, PieceReader } from './piece_reader.ts';
import { StallTimer } from './stall.ts';

/** How a body ended. */
export interface Ending {
  outcome: Outcome;
  /** For the operator: why. */
  detail?: string;
}

/** `length` in bytes, if the body declares it; `client` is aborted when the client disconnects; `now` in ms since the epoch. */
type Watched = { length?: number | undefined; idle_ms: number; client: AbortSignal; now?: () => number };

/**
 * A body that moves this much within a second is not watched any longer. The runtime moves the rest without a script, at a
 * third of the processor time (workerd, 2 cores: 0.9 ms per megabyte instead of 3).
 */
const BULK_BYTES = 1_048_576;
const BULK_MS = 1_000;

/**
 * Passes a body on as it comes, and ends it when origin or client stands still for `idle_ms`. The script moves the bytes until
 * the body proves to be fast, because the runtime does not report its progress to a script.
 *
 * @returns how the body ended; it never rejects
 */
export async function watch(
  body: ReadableStream<Uint8Array>,
  to: WritableStream<Uint8Array>,
  { length, idle_ms, client, now = Date.now }: Watched,
): Promise<Ending> {
  const reader = new PieceReader(body, now);
  const writer = to.getWriter();
  writer.closed.catch(() => {});
  let waits_for: 'origin' | 'client' = 'origin';
  let ending: Ending | undefined;
  // This also ends a read or write under way.
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
    // At least one byte, because the runtime refuses an empty buffer.
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
      // A read detaches the buffer and hands its memory back with the piece.
      buffer = value.buffer as ArrayBuffer;
    }
    await writer.close();
    return { outcome: 'ok' };
  } catch (cause) {
    // An abort in the same turn of the event loop would overtake the last bytes written, and the client would lose them.
    if (ending === undefined && !client.aborted) await scheduler.wait(1);
    end({ outcome: client.aborted ? 'client_gone' : 'cut_short' }, cause);
    return ending ?? { outcome: 'cut_short' };
  } finally {
    timer.stop();
  }
}

/**
 * The error that breaks off the client's response. With `retryable`, the runtime treats it as a lost connection: it closes the
 * client's connection and does not log a defect (plain workerd: `Uncaught exception`). Errors of a read have it already.
 */
function lost({ outcome, detail = outcome }: Ending): Error {
  return Object.assign(new Error(detail), { retryable: true });
}

/**
 * Passes a response's body on and reports its end, which in-flight counts and data points need. Length and encoding of the body
 * stay as they are.
 *
 * @param whole whether the body has been read to its end
 * @param client aborted when the client disconnects
 * @param idle_ms how long the body may stand still. 0: without limit; the runtime then moves the bytes without a script
 * @returns the response for the client, and how its body ended. `ended` never rejects; undefined: there is nothing to wait for
 */
export function follow(
  response: Response,
  whole: boolean,
  client: AbortSignal,
  idle_ms: number,
): { response: Response; ended?: Promise<Ending> } {
  const { body } = response;
  if (whole || body === null || response.webSocket) return { response };
  const declared = contentLength(response.headers);
  const length = declared === 'malformed' ? undefined : declared;
  const { readable, writable } =
    length === undefined ? new IdentityTransformStream() : new FixedLengthStream(length);
  const ended =
    idle_ms > 0 ? watch(body, writable, { length, idle_ms, client }) : pass(body, writable, client);
  return { response: new Response(readable, response), ended };
}

async function pass(body: ReadableStream, to: WritableStream, client: AbortSignal): Promise<Ending> {
  try {
    // A reader that vanishes does not end a pipe that waits for an idle origin. The signal does.
    await body.pipeTo(to, { signal: client });
    return { outcome: 'ok' };
  } catch {
    return { outcome: client.aborted ? 'client_gone' : 'cut_short' };
  }
}
