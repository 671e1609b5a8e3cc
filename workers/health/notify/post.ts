import type { Io } from '../env.ts';

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

const PREFIX = 'whsec_';
const encoder = new TextEncoder();

/**
 * Signs a message with HMAC-SHA256 over id, time and body, as Standard Webhooks specifies. Receivers can use any library of
 * that standard. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 *
 * @param secrets base64, with or without `whsec_`; several, separated by spaces, while a secret is being replaced
 * @param timestamp whole seconds since the epoch
 * @returns the value of `webhook-signature`: `v1,…` for each secret, separated by spaces
 * @throws Error if a secret is not base64
 */
export async function sign(secrets: string, id: string, timestamp: number, body: string): Promise<string> {
  const content = encoder.encode(`${id}.${timestamp}.${body}`);
  const signatures = secrets
    .split(/\s+/)
    .filter((secret) => secret !== '')
    .map(async (secret) => {
      const hmac = { name: 'HMAC', hash: 'SHA-256' };
      const key = await crypto.subtle.importKey('raw', keyOf(secret), hmac, false, ['sign']);
      const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, content));
      return `v1,${btoa(String.fromCharCode(...mac))}`;
    });
  return (await Promise.all(signatures)).join(' ');
}

function keyOf(secret: string): Uint8Array {
  try {
    return Uint8Array.from(atob(secret.replace(PREFIX, '')), (char) => char.charCodeAt(0));
  } catch {
    throw new Error(
      'the webhook secret is not base64: set WEBHOOK_SECRET (or WEBHOOK_SECRET_<NAME>) to a base64 key',
    );
  }
}
