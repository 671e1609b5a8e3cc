/**
 * A body with a `Content-Length` up to this is short. A sound origin sends it along with the headers, in its first flight of
 * packets (RFC 6928: 10 segments of 1,460 bytes).
 */
const FIRST_FLIGHT_BYTES = 14_600;

/**
 * How long a short body is held if another origin can answer. A lost packet has time to be sent again: TCP on Linux waits at
 * least 200 ms (TCP_RTO_MIN), and 100 ms are left for the way.
 */
const HOLD_MS = 300;

/**
 * How long a short body is held if no other origin can answer. Reading it whole then only saves work: it costs less than
 * watching it pass. A body sent with the headers arrives within a few turns of the event loop. A frame of a screen takes
 * 17 ms, so a delay of 10 goes unnoticed.
 */
const PEEK_MS = 10;

/** Whether a body is short. @param length as the answer declares it; undefined: it declares none */
export function isShort(length: number | undefined): length is number {
  return length !== undefined && length <= FIRST_FLIGHT_BYTES;
}

/**
 * Reads a short body before the answer is passed on. A body that takes longer is streamed, beginning with what was read.
 *
 * @param length of the body, in bytes
 * @param replaceable whether another origin can answer if the body breaks off. If so, the body may take {@link HOLD_MS},
 *   otherwise {@link PEEK_MS}
 * @returns the answer, and whether its body has been read to its end; undefined: it broke off, and another origin can answer
 */
export async function hold(
  response: Response,
  length: number,
  replaceable: boolean,
): Promise<{ response: Response; whole: boolean } | undefined> {
  const { body } = response;
  if (body === null) return undefined;
  const reader = readerOf(body);
  const pieces: Uint8Array[] = [];
  let timer: number | null = null;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(
      () => {
        // Wait one more turn of the event loop: bytes that came while the isolate was busy are not late.
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
        return { response: new Response(rest(pieces, reading, reader), response), whole: false };
      if (read.done) break;
      size += read.value.byteLength;
      // Use one buffer for all pieces. With a buffer of its own, each small piece would occupy memory for the whole body.
      pieces.push(size < length ? read.value.slice() : read.value);
      buffer = read.value.buffer as ArrayBuffer;
    }
    return { response: new Response(join(pieces, size), response), whole: true };
  } catch {
    if (replaceable || reading === undefined) return undefined;
    return { response: new Response(rest(pieces, reading, reader), response), whole: false };
  } finally {
    clearTimeout(timer);
  }
}

/** The body of a response that a proxy made itself may not accept buffers. Reads then return its pieces and ignore the view. */
function readerOf(body: ReadableStream<Uint8Array>): ReadableStreamBYOBReader {
  try {
    return body.getReader({ mode: 'byob' });
  } catch {
    return body.getReader() as unknown as ReadableStreamBYOBReader;
  }
}

type Reading = Promise<ReadableStreamReadResult<Uint8Array>>;

/** Streams the pieces that were read, then the piece being read, then the rest. */
function rest(pieces: Uint8Array[], reading: Reading, reader: ReadableStreamBYOBReader): ReadableStream {
  let next: Reading | undefined = reading;
  // `pull` passes the error on.
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
      // Ends the read of a reader that waits with its own buffer.
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
