import type { Posting, Told } from './posting.ts';

/**
 * The message itself, signed if there is a secret, as Standard Webhooks specifies.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export async function standard({ webhook, json, id, secret, now }: Told): Promise<Posting> {
  const timestamp = Math.floor(now / 1_000);
  return {
    url: webhook.url,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      ...(secret === undefined ? {} : { 'webhook-signature': await sign(secret, id, timestamp, json) }),
    },
    body: json,
  };
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

function keyOf(secret: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(secret.replace(PREFIX, '')), (char) => char.charCodeAt(0));
  } catch {
    throw new Error(
      'the webhook secret is not base64: set WEBHOOK_SECRET (or WEBHOOK_SECRET_<NAME>) to a base64 key',
    );
  }
}
