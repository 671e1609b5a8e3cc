const PREFIX = 'whsec_';
const encoder = new TextEncoder();

/**
 * Signs a message as Standard Webhooks says: HMAC-SHA256 over id, time and body, so that a receiver needs no library
 * of ours. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 *
 * @param secrets one, or several with spaces between while a key is changed: base64, `whsec_` in front or not
 * @param timestamp whole seconds since the epoch
 * @returns the value of `webhook-signature`: one `v1,…` a secret
 * @throws Error if a secret is not base64
 */
export async function sign(secrets: string, id: string, timestamp: number, body: string): Promise<string> {
  const content = encoder.encode(`${id}.${timestamp}.${body}`);
  const signatures = secrets
    .split(/\s+/)
    .filter((secret) => secret !== '')
    .map(async (secret) => {
      const key = await crypto.subtle.importKey(
        'raw',
        keyOf(secret),
        { name: 'HMAC', hash: 'SHA-256' },
        false,
        ['sign'],
      );
      const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, content));
      return `v1,${btoa(String.fromCharCode(...mac))}`;
    });
  return (await Promise.all(signatures)).join(' ');
}

function keyOf(secret: string): Uint8Array {
  try {
    return Uint8Array.from(atob(secret.replace(PREFIX, '')), (char) => char.charCodeAt(0));
  } catch {
    throw new Error('a webhook secret is not base64');
  }
}
