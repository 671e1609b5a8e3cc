import type { Io } from '../env.ts';
import { sign } from './sign.ts';

/** Ample for a receiver that stores the message first and processes it later. */
export const POST_TIMEOUT_MS = 10_000;

export interface Posting {
  /** The same for every attempt, so that the receiver can recognise a repetition. */
  id: string;
  url: string;
  body: string;
  /** Undefined: the message is not signed. */
  secret: string | undefined;
}

/**
 * Posts one message, once. A redirect counts as a failure, because it could lead anywhere.
 * @throws Error that says why the message was not accepted: any status but 2xx, no answer within {@link POST_TIMEOUT_MS}, a
 *   broken connection, or a malformed secret
 */
export async function post({ id, url, body, secret }: Posting, io: Pick<Io, 'fetch' | 'now'>): Promise<void> {
  const timestamp = Math.floor(io.now() / 1_000);
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'user-agent': 'Plimsoll/0.1 (notifications)',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
  };
  if (secret !== undefined) headers['webhook-signature'] = await sign(secret, id, timestamp, body);
  const response = await io.fetch(
    new Request(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(POST_TIMEOUT_MS),
    }),
  );
  await response.body?.cancel();
  if (!response.ok) throw new Error(`the webhook answered ${response.status}, expected 2xx`);
}
