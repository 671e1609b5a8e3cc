import { contentLength } from '../../../shared/http/content_length.ts';
import { type Ending, watch } from './watch.ts';

/** A response on its way to the client. */
export interface Followed {
  response: Response;
  /** How its body ended; undefined: there is nothing to wait for. It never rejects. */
  ended: Promise<Ending> | undefined;
}

/**
 * Passes a response's body on and reports its end, which in-flight counts and data points need. Length and encoding of the body
 * stay as they are.
 *
 * @param whole whether the body has been read to its end
 * @param client aborted when the client disconnects
 * @param idle_ms how long the body may stand still. 0: without limit; the runtime then moves the bytes without a script
 */
export function follow(response: Response, whole: boolean, client: AbortSignal, idle_ms: number): Followed {
  const { body } = response;
  if (whole || body === null || response.webSocket) return { response, ended: undefined };
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
