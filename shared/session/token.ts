// What a session cookie holds: 13 bytes that say how long the session lasts and where it is, and their HMAC-SHA256,
// in base64url. Neither a name nor an address is in it.

/** What a token says. */
export interface Token {
  /** Stands for the session's origin; see {@link originTag}. */
  tag: string;
  /** Seconds since the epoch. */
  expires_at_s: number;
}

/** Of the layout below: a token of another one is none. */
const FORMAT = 1;
/** One byte of format, four of time, eight of origin. */
const PAYLOAD_BYTES = 13;
/** Of 2^32 origins two would share a tag with a chance of one half: eight bytes are plenty. */
const TAG_BYTES = 8;
const TAG_START = PAYLOAD_BYTES - TAG_BYTES;
/** SHA-256's. */
const MAC_BYTES = 32;
/** 45 bytes in base64, which come out even. */
const SHAPE = new RegExp(`^[A-Za-z0-9_-]{${((PAYLOAD_BYTES + MAC_BYTES) / 3) * 4}}$`);

const HMAC = { name: 'HMAC', hash: 'SHA-256' } as const;
const encoder = new TextEncoder();

/** A secret as a key of WebCrypto. A secret of any length will do; 32 random bytes are as good as it gets. */
export function importKey(secret: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', encoder.encode(secret), HMAC, false, ['sign', 'verify']);
}

/**
 * What stands for an origin in tokens: the beginning of a keyed hash of its id. Without the key nobody can tell which
 * origin it is, nor try names until one fits.
 */
export async function originTag(key: CryptoKey, origin: string): Promise<string> {
  const mac = await crypto.subtle.sign(HMAC, key, encoder.encode(`plimsoll origin\n${origin}`));
  return toBase64(new Uint8Array(mac, 0, TAG_BYTES));
}

/**
 * Writes and signs a token.
 * @param balancer whose it is: no other takes it
 */
export async function sealToken(
  key: CryptoKey,
  balancer: string,
  { tag, expires_at_s }: Token,
): Promise<string> {
  const bytes = new Uint8Array(PAYLOAD_BYTES + MAC_BYTES);
  bytes[0] = FORMAT;
  new DataView(bytes.buffer).setUint32(1, expires_at_s);
  bytes.set(fromBase64(tag), TAG_START);
  const mac = await crypto.subtle.sign(HMAC, key, signedPart(balancer, bytes));
  bytes.set(new Uint8Array(mac), PAYLOAD_BYTES);
  return toBase64(bytes);
}

/**
 * Reads a token. Whatever a client may send instead of one is no error: it is no token.
 * @param now_s seconds since the epoch
 * @returns undefined: not signed with this key for this balancer, over, or something else altogether
 */
export async function openToken(
  key: CryptoKey,
  balancer: string,
  text: string,
  now_s: number,
): Promise<Token | undefined> {
  if (!SHAPE.test(text)) return undefined;
  const bytes = fromBase64(text);
  const expires_at_s = new DataView(bytes.buffer).getUint32(1);
  if (bytes[0] !== FORMAT || expires_at_s <= now_s) return undefined;
  // It compares in constant time.
  const genuine = await crypto.subtle.verify(
    HMAC,
    key,
    bytes.subarray(PAYLOAD_BYTES),
    signedPart(balancer, bytes),
  );
  return genuine ? { tag: toBase64(bytes.subarray(TAG_START, PAYLOAD_BYTES)), expires_at_s } : undefined;
}

/** What is signed. The first line keeps it apart from all else that the key signs. */
function signedPart(balancer: string, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const context = encoder.encode(`plimsoll session\n${balancer}\n`);
  const signed = new Uint8Array(context.length + PAYLOAD_BYTES);
  signed.set(context);
  signed.set(bytes.subarray(0, PAYLOAD_BYTES), context.length);
  return signed;
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
}
