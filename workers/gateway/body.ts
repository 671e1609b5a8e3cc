import { HttpError } from '../../shared/errors.ts';

/** What is read at once at most. Without a buffer of one's own the runtime hands out 4 KiB, at ten times the cost. */
const PIECE_BYTES = 65_536;

/** The same for a body that does not say how long it is: most are short. */
const UNKNOWN_PIECE_BYTES = 4_096;

/** A request's body, kept so that it can be sent again, or a stream that can be sent once. */
export type Body =
  | { kind: 'none' }
  | { kind: 'kept'; bytes: Uint8Array }
  /** `length` as the client declared it; undefined: it did not. */
  | { kind: 'stream'; stream: ReadableStream; length: number | undefined }
  /** A GET's or HEAD's: no script may send one (Fetch, `new Request`), but the runtime passes on what came. Once. */
  | { kind: 'untouchable' };

/** Whether a request can be sent again, as far as its body goes. */
export function canRepeat(body: Body): body is Extract<Body, { kind: 'none' | 'kept' }> {
  return body.kind === 'none' || body.kind === 'kept';
}

/**
 * Reads a request's body up to `max_bytes`; a longer one is not held but streamed.
 *
 * @param max_bytes 0 keeps nothing
 * @param deadline_ms a client that sends nothing of a small body for so long is given up
 * @throws {HttpError} 400 if the body breaks off, 408 if it stalls
 */
export async function keepBody(request: Request, max_bytes: number, deadline_ms: number): Promise<Body> {
  const { body } = request;
  if (body === null) return { kind: 'none' };
  if (request.method === 'GET' || request.method === 'HEAD') return { kind: 'untouchable' };
  const declared = request.headers.get('content-length');
  const length = declared === null ? undefined : Number(declared);
  if (max_bytes === 0 || (length !== undefined && length > max_bytes))
    return { kind: 'stream', stream: body, length };
  return readUpTo(body, length ?? UNKNOWN_PIECE_BYTES, max_bytes, deadline_ms);
}

async function readUpTo(
  body: ReadableStream,
  piece_bytes: number,
  max_bytes: number,
  deadline_ms: number,
): Promise<Body> {
  const reader = body.getReader({ mode: 'byob' });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await readInTime(reader, deadline_ms, piece_bytes);
    if (done) return { kind: 'kept', bytes: concat(chunks, size) };
    // A copy: a client that sends byte by byte would fill memory with the rest of each buffer.
    chunks.push(value.slice());
    size += value.byteLength;
    if (size > max_bytes) return { kind: 'stream', stream: resume(chunks, reader), length: undefined };
  }
}

/**
 * The next piece of a request's body, of at most `piece_bytes`.
 * @throws {HttpError} 400 if the body breaks off, 408 if nothing comes for so long
 */
export async function readInTime(
  reader: ReadableStreamBYOBReader,
  deadline_ms: number,
  piece_bytes = PIECE_BYTES,
) {
  let timer: number | null = null;
  try {
    return await Promise.race([
      // An empty buffer is an error.
      reader.read(new Uint8Array(Math.max(piece_bytes, 1))),
      new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          reject(
            new HttpError(408, 'Request Timeout', { outcome: 'bad_request', detail: 'request body stalled' }),
          );
        }, deadline_ms);
      }),
    ]);
  } catch (cause) {
    if (cause instanceof HttpError) throw cause;
    throw new HttpError(400, 'Bad Request: incomplete body', {
      outcome: 'bad_request',
      detail: 'request body broke off',
      cause,
    });
  } finally {
    clearTimeout(timer);
  }
}

/** What was read already, then the rest. */
function resume(chunks: Uint8Array[], reader: ReadableStreamBYOBReader): ReadableStream {
  return new ReadableStream({
    type: 'bytes',
    async pull(controller) {
      const chunk = chunks.shift();
      if (chunk !== undefined) return controller.enqueue(chunk);
      const { done, value } = await reader.read(new Uint8Array(PIECE_BYTES));
      if (!done) return controller.enqueue(value);
      controller.close();
      // A reader that waits with a buffer of its own is told of the end only so.
      controller.byobRequest?.respond(0);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

function concat(chunks: Uint8Array[], size: number): Uint8Array {
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only;
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}
