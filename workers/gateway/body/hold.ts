/**
 * A body up to this length, with a `Content-Length`, is short: an origin sends it with the headers, in its first flight
 * of packets (RFC 6928: 10 segments of 1,460 bytes), unless it is in trouble.
 */
const FIRST_FLIGHT_BYTES = 14_600;

/**
 * A short body that takes longer is passed on as it comes. It was sent with the headers, so this is enough time for a lost
 * packet to be sent again: TCP on Linux waits at least 200 ms (TCP_RTO_MIN), and the packet then needs its way.
 */
const HOLD_MS = 300;

/**
 * The same where no other origin can answer. The body is then read whole only if it comes with the headers, because that costs
 * less than to watch it pass. A body needs a few turns of the event loop to arrive, and nobody notices 10 ms: a frame of a
 * screen takes 17.
 */
const PEEK_MS = 10;

/** An answer as it can be delivered. */
export interface Held {
  response: Response;
  /** Its body has been read to the end. */
  whole: boolean;
}

/** Whether a body is short. @param length as the answer declares it; undefined: it does not */
export function isShort(length: number | undefined): length is number {
  return length !== undefined && length <= FIRST_FLIGHT_BYTES;
}

/**
 * Reads a short body before the answer is passed on. What takes too long streams: first what was read, then the rest.
 *
 * @param length of the body
 * @param replaceable whether another origin can answer if the body breaks off. If so it may take {@link HOLD_MS}, else
 *   {@link PEEK_MS}
 * @returns undefined: the body broke off, and another origin can answer
 */
export async function hold(
  { body, status, statusText, headers }: Response,
  length: number,
  replaceable: boolean,
): Promise<Held | undefined> {
  if (body === null) return undefined;
  const init = { status, statusText, headers, encodeBody: 'manual' } as const;
  const reader = readerOf(body);
  const pieces: Uint8Array[] = [];
  let timer: number | null = null;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(
      () => {
        // One turn more, because bytes that came while the isolate was busy are not late.
        timer = setTimeout(() => resolve(undefined), 0);
      },
      replaceable ? HOLD_MS : PEEK_MS,
    );
  });
  let size = 0;
  let buffer = new ArrayBuffer(length);
  let reading: Reading | undefined;
  try {
    while (size < length) {
      reading = reader.read(new Uint8Array(buffer, 0, length - size));
      const read = await Promise.race([reading, late]);
      if (read === undefined)
        return { response: new Response(rest(pieces, reading, reader), init), whole: false };
      if (read.done) break;
      size += read.value.byteLength;
      // One buffer for all pieces: many small ones would take memory for the whole body each. Most bodies are one piece.
      pieces.push(size < length ? read.value.slice() : read.value);
      buffer = read.value.buffer as ArrayBuffer;
    }
    return { response: new Response(join(pieces, size), init), whole: true };
  } catch {
    if (replaceable || reading === undefined) return undefined;
    return { response: new Response(rest(pieces, reading, reader), init), whole: false };
  } finally {
    clearTimeout(timer);
  }
}

/** A body that a proxy has made itself may take no buffers: its pieces come as they are, and reads ignore the view. */
function readerOf(body: ReadableStream<Uint8Array>): ReadableStreamBYOBReader {
  try {
    return body.getReader({ mode: 'byob' });
  } catch {
    return body.getReader() as unknown as ReadableStreamBYOBReader;
  }
}

type Reading = Promise<ReadableStreamReadResult<Uint8Array>>;

/** Streams the pieces that were read, the piece that is being read, then the rest. */
function rest(pieces: Uint8Array[], reading: Reading, reader: ReadableStreamBYOBReader): ReadableStream {
  let next: Reading | undefined = reading;
  // The reader of this stream gets the error from `pull`.
  reading.catch(() => {});
  return new ReadableStream({
    type: 'bytes',
    async pull(controller) {
      const piece = pieces.shift();
      if (piece !== undefined) return controller.enqueue(piece);
      const { done, value } = await (next ?? reader.read(new Uint8Array(FIRST_FLIGHT_BYTES)));
      next = undefined;
      if (!done) return controller.enqueue(value);
      controller.close();
      // This tells a reader that waits with its own buffer that the body has ended.
      controller.byobRequest?.respond(0);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

function join(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.byteLength;
  }
  return bytes;
}
