import type { Posting } from '../../../shared/notify/posting.ts';
import type { Io } from '../env.ts';

/** Ample for a receiver that stores the message first and processes it later. */
export const POST_TIMEOUT_MS = 10_000;

/**
 * Posts one message, once. A redirect counts as a failure, because it could lead anywhere.
 * @throws Error that says why the message was not accepted: any status but 2xx, no answer within {@link POST_TIMEOUT_MS}, or a
 *   broken connection
 */
export async function post({ url, headers, body }: Posting, io: Pick<Io, 'fetch'>): Promise<void> {
  const response = await io.fetch(
    new Request(url, {
      method: 'POST',
      headers: { 'user-agent': 'Plimsoll/0.1 (notifications)', ...headers },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(POST_TIMEOUT_MS),
    }),
  );
  await response.body?.cancel();
  if (!response.ok) throw new Error(`the webhook answered ${response.status}, expected 2xx`);
}
