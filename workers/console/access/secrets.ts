import { base64url, isToken, SECRET_BYTES } from '../../../shared/contracts/access.ts';

const encoder = new TextEncoder();

/** Returns random bytes. */
export type Random = (bytes: number) => Uint8Array;

/** The runtime's random generator. */
export const randomBytes: Random = (bytes) => crypto.getRandomValues(new Uint8Array(bytes));

/** The value of a new session's cookie: 43 base64url characters. */
export function newSession(random: Random): string {
  return base64url(random(SECRET_BYTES));
}

/** Whether a text has the form of a session's cookie. */
export function isSession(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text);
}

/** A new id of a token: 32 hex digits. */
export function newId(random: Random): string {
  return hex(random(16));
}

/** SHA-256 of a text, in hex. */
export async function sha256(text: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(text))));
}

/**
 * Whether a token is ADMIN_TOKEN, in constant time. Hashes of equal length are compared, so the time says nothing about either.
 * @param admin_token undefined or of another form: no token is
 */
export async function isAdminToken(token: string, admin_token: string | undefined): Promise<boolean> {
  if (admin_token === undefined || !isToken(admin_token)) return false;
  const digest = (text: string) => crypto.subtle.digest('SHA-256', encoder.encode(text));
  return crypto.subtle.timingSafeEqual(await digest(token), await digest(admin_token));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
