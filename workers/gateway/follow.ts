import type { Outcome } from '../../shared/contracts/carrying.ts';

/** A response on its way to the client. */
export interface Followed {
  response: Response;
  /** How its body ended; undefined if there is nothing to wait for. Never rejects. */
  ended: Promise<Outcome> | undefined;
}

/**
 * Lets a response's body pass while watching for its end, which in-flight counts and data points need. The
 * runtime moves the bytes; no script sees them, and the length and encoding stay as they are.
 *
 * @param whole the body has been read already
 * @param client aborted when the client goes away
 */
export function follow(response: Response, whole: boolean, client: AbortSignal): Followed {
  const { body } = response;
  if (whole || body === null || response.webSocket) return { response, ended: undefined };
  const length = response.headers.get('content-length');
  const { readable, writable } =
    length === null ? new IdentityTransformStream() : new FixedLengthStream(Number(length));
  const { status, statusText, headers } = response;
  // The signal ends a pipe that waits for an idle origin, which a vanished reader alone does not.
  const ended = body.pipeTo(writable, { signal: client }).then(
    (): Outcome => 'ok',
    (): Outcome => (client.aborted ? 'client_gone' : 'cut_short'),
  );
  return { response: new Response(readable, { status, statusText, headers, encodeBody: 'manual' }), ended };
}
