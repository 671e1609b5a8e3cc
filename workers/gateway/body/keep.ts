import { HttpError } from '../../../shared/errors.ts';
import { contentLength } from '../../../shared/http/content_length.ts';
import { DeadlineError, within } from '../../../shared/time/within.ts';
import { type Exchange, timeLeft } from '../exchange/exchange.ts';
import { PieceReader } from './piece_reader.ts';
import { StallTimer } from './stall.ts';

/** The first buffer for a body that does not declare its length. Most such bodies fit. */
const UNKNOWN_BYTES = 4_096;

/** How long to wait for the end of a chunked body. An empty one comes in one packet with its headers. */
const PEEK_MS = 10;

/** A request's body: kept, so that it can be sent again, or a stream that can be sent once. */
export type Body =
  | { kind: 'none' }
  | { kind: 'kept'; bytes: Uint8Array }
  /**
   * `length` is what the client declared; undefined: it declared none. `start` has been read from the stream and belongs
   * before it; absent: nothing was read.
   */
  | { kind: 'stream'; stream: ReadableStream; length: number | undefined; start?: Uint8Array }
  /** The body of a GET or HEAD. No script may construct one (Fetch, `new Request`), but the runtime passes it on, once. */
  | { kind: 'untouchable' };

/** Whether a body can be sent again, whatever became of the last attempt. */
export function canRepeat<Any extends { kind: string }>(
  body: Any,
): body is Extract<Any, { kind: 'none' | 'kept' }> {
  return body.kind === 'none' || body.kind === 'kept';
}

/**
 * Reads the request's body and keeps it if it is short enough.
 * @throws {HttpError} 400 if the body breaks off; 408 if it stalls or takes longer than `timeouts.total_ms`
 */
export async function receiveBody(exchange: Exchange): Promise<Body> {
  const { request, balancer, life } = exchange;
  life.receiving = true;
  try {
    const left_ms = Math.max(timeLeft(exchange), 1);
    const keeping = keepBody(request, balancer.retry.max_body_bytes, balancer.timeouts.first_byte_ms);
    const body = await (left_ms === Infinity ? keeping : within(left_ms, keeping));
    life.receiving = body.kind === 'stream';
    return body;
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
    const detail = 'request body took longer than `total_ms`';
    throw new HttpError(408, 'Request Timeout', { outcome: 'bad_request', detail });
  }
}

/**
 * Reads and keeps a request's body up to `max_bytes`. A longer body is streamed.
 *
 * @param max_bytes 0: keep nothing
 * @param deadline_ms how long a client may send nothing of a body that is read here
 * @throws {HttpError} 400 if the declared length is malformed or the body breaks off, 408 if it stalls
 */
export async function keepBody(request: Request, max_bytes: number, deadline_ms: number): Promise<Body> {
  const { body } = request;
  if (body === null) return { kind: 'none' };
  const length = contentLength(request.headers);
  if (length === 'malformed')
    throw new HttpError(400, 'Bad Request: malformed Content-Length', {
      outcome: 'bad_request',
      detail: 'malformed content-length',
    });
  if (length === 0) return { kind: 'none' };
  if (request.method === 'GET' || request.method === 'HEAD')
    return length === undefined && (await isEmpty(request)) ? { kind: 'none' } : { kind: 'untouchable' };
  if (max_bytes === 0 || (length !== undefined && length > max_bytes))
    return { kind: 'stream', stream: body, length };
  return readUpTo(body, length ?? Math.min(UNKNOWN_BYTES, max_bytes), max_bytes, deadline_ms);
}

/** Whether a body of unknown length has already ended. This takes nothing from the body. */
async function isEmpty(request: Request): Promise<boolean> {
  const reader = request.clone().body?.getReader();
  try {
    return (await within(PEEK_MS, reader?.read()))?.done === true;
  } catch {
    return false;
  } finally {
    reader?.cancel().catch(() => {});
  }
}

/** @param expected_bytes the declared length, or a guess */
async function readUpTo(
  body: ReadableStream<Uint8Array>,
  expected_bytes: number,
  max_bytes: number,
  deadline_ms: number,
): Promise<Body> {
  const reader = new PieceReader(body);
  let stalled: HttpError | undefined;
  const timer = new StallTimer(deadline_ms, () => {
    stalled = stalledError();
    reader.cancel(stalled);
  });
  try {
    // One byte more than expected, because a read needs room to find the end.
    let buffer = new ArrayBuffer(expected_bytes + 1);
    for (let size = 0; ; ) {
      const { done, value } = await reader.read(new Uint8Array(buffer, size));
      if (stalled !== undefined || value === undefined) throw stalled ?? brokenOff('cancelled');
      timer.moved();
      size += value.byteLength;
      // A read detaches the buffer and hands its memory back with the piece, which is empty at the end.
      buffer = value.buffer as ArrayBuffer;
      if (done) return { kind: 'kept', bytes: new Uint8Array(buffer, 0, size) };
      if (size > max_bytes)
        return {
          kind: 'stream',
          stream: reader.release(),
          length: undefined,
          start: new Uint8Array(buffer, 0, size),
        };
      if (size === buffer.byteLength) buffer = buffer.transfer(Math.min(2 * size, max_bytes) + 1);
    }
  } catch (cause) {
    throw stalled ?? (cause instanceof HttpError ? cause : brokenOff(cause));
  } finally {
    timer.stop();
  }
}

/** Returns the error for a client that has sent nothing for too long. */
export function stalledError(): HttpError {
  return new HttpError(408, 'Request Timeout', { outcome: 'bad_request', detail: 'request body stalled' });
}

/** Returns the error for a client that has stopped in the middle of its body. */
export function brokenOff(cause: unknown): HttpError {
  return new HttpError(400, 'Bad Request: incomplete body', {
    outcome: 'bad_request',
    detail: 'request body broke off',
    cause,
  });
}
