import { within } from '../../shared/within.ts';
import { readInTime } from './body.ts';

/**
 * Passes a client's body on piece by piece. The runtime could do it unseen, but would say of a client that breaks
 * off and of an origin that stops reading the same words, and would wait for either for ever.
 *
 * @param deadline_ms how long the client may send nothing, and the origin take nothing
 * @returns when all has been passed on, or the origin takes no more: then its answer, or that it has none, says why
 * @throws {HttpError} 400 if the body breaks off, 408 if it stalls
 * @throws {DeadlineError} if the origin stalls
 */
export async function upload(
  body: ReadableStream<Uint8Array>,
  to: WritableStream<Uint8Array>,
  deadline_ms: number,
): Promise<void> {
  const reader = body.getReader({ mode: 'byob' });
  const writer = to.getWriter();
  writer.closed.catch(() => {});
  try {
    for (;;) {
      const { done, value } = await readInTime(reader, deadline_ms);
      const passed = done ? writer.close() : writer.write(value);
      const taken = await within(
        deadline_ms,
        passed.then(
          () => true,
          () => false,
        ),
      );
      if (done || !taken) return;
    }
  } catch (error) {
    writer.abort(error).catch(() => {});
    throw error;
  } finally {
    reader.cancel().catch(() => {});
  }
}
