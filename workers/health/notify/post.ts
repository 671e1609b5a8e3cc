import { sign } from './sign.ts';

/** Longer than a receiver needs that takes a message and thinks about it later. */
export const POST_TIMEOUT_MS = 10_000;

export interface Posting {
  /** The same on every try, so that a receiver can tell a repetition. */
  id: string;
  url: string;
  body: string;
  /** Undefined: it is sent without a signature. */
  secret: string | undefined;
}

/**
 * Posts one message once. A redirect is a failure, for it could lead anywhere.
 * @param now milliseconds since the epoch
 * @throws Error that says why it was not taken: anything but a 2xx in time
 */
export async function post(
  { id, url, body, secret }: Posting,
  io: { fetch(request: Request): Promise<Response>; now(): number },
): Promise<void> {
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
  if (!response.ok) throw new Error(`status ${response.status}`);
}
