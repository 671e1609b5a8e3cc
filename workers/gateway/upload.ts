import { DeadlineError } from '../../shared/within.ts';
import { type Body, brokenOff, stalledError } from './body.ts';
import { PIECE_BYTES, PieceReader } from './piece_reader.ts';
import { StallTimer } from './stall.ts';

/**
 * Passes a client's body on piece by piece. The runtime could do it unseen, but would say of a client that breaks
 * off and of an origin that stops reading the same words, and would wait for either for ever.
 *
 * @param to what is written into it becomes the attempt's body
 * @param deadline_ms how long the client may send nothing, and the origin take nothing
 * @returns when all has been passed on, or the origin takes no more: then its answer, or that it has none, says why
 * @throws {HttpError} 400 if the body breaks off, 408 if it stalls
 * @throws {DeadlineError} if the origin stalls
 */
export async function upload(
  { stream, start }: Extract<Body, { kind: 'stream' }>,
  to: WritableStream<Uint8Array>,
  deadline_ms: number,
): Promise<void> {
  const reader = new PieceReader(stream);
  const writer = to.getWriter();
  writer.closed.catch(() => {});
  let waits_for: 'client' | 'origin' = 'client';
  let stalled: Error | undefined;
  // The read or write under way then ends.
  const timer = new StallTimer(deadline_ms, () => {
    stalled = waits_for === 'client' ? stalledError() : new DeadlineError(deadline_ms);
    reader.cancel(stalled);
    writer.abort(stalled).catch(() => {});
  });
  const isTaken = async (passed: Promise<void>) => {
    waits_for = 'origin';
    const taken = await passed.then(
      () => true,
      () => false,
    );
    if (stalled !== undefined) throw stalled;
    timer.moved();
    return taken;
  };
  try {
    if (start !== undefined && !(await isTaken(writer.write(start)))) return;
    for (let buffer = new ArrayBuffer(PIECE_BYTES); ; ) {
      waits_for = 'client';
      const { done, value } = await reader.read(new Uint8Array(buffer));
      if (stalled !== undefined) throw stalled;
      timer.moved();
      const taken = await isTaken(done ? writer.close() : writer.write(value));
      if (done || !taken) return;
      // The stream gives back the memory that it was lent.
      buffer = value.buffer as ArrayBuffer;
    }
  } catch (cause) {
    const error = stalled ?? brokenOff(cause);
    writer.abort(error).catch(() => {});
    throw error;
  } finally {
    timer.stop();
    reader.cancel();
  }
}
