// The value of a session cookie: 13 bytes with the end of the session and the tag of its origin, and their HMAC-SHA256, in
// base64url. It contains neither a name nor an address.

/** The content of a session cookie. */
export interface Token {
  /** The session's origin; see {@link originTag}. */
  tag: string;
  /** Seconds since the epoch. */
  expires_at_s: number;
}

/** Version of the layout below. Tokens with another version are refused. */
const FORMAT = 1;
/** One byte of format, four of time, eight of origin. */
const PAYLOAD_BYTES = 13;
/** Eight bytes: even among 2^32 origins the chance that two share a tag is only about one half. */
const TAG_BYTES = 8;
const TAG_START = PAYLOAD_BYTES - TAG_BYTES;
/** SHA-256's. */
const MAC_BYTES = 32;
/** 45 bytes in base64, without padding. */
const SHAPE = new RegExp(`^[A-Za-z0-9_-]{${((PAYLOAD_BYTES + MAC_BYTES) / 3) * 4}}$`);

const HMAC = { name: 'HMAC', hash: 'SHA-256' } as const;
const encoder = new TextEncoder();

/** A secret as a WebCrypto key. Any length works; 32 random bytes give full strength. */
export function importKey(secret: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', encoder.encode(secret), HMAC, false, ['sign', 'verify']);
}

/**
 * The tag of an origin in tokens: the first bytes of a keyed hash of its id. Without the key, nobody can find the origin, not
 * even by trying names.
 */
export async function originTag(key: CryptoKey, origin: string): Promise<string> {
  const mac = await crypto.subtle.sign(HMAC, key, encoder.encode(`plimsoll origin\n${origin}`));
  return toBase64(new Uint8Array(mac, 0, TAG_BYTES));
}

/**
 * Writes and signs a token.
 * @param balancer id of the load balancer; others refuse the token
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
 * Reads a token. Anything else that a client may send gives undefined, without an error.
 * @param now_s seconds since the epoch
 * @returns undefined: not a token, not signed with this key for this balancer, or expired
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
  // verify() compares in constant time.
  const genuine = await crypto.subtle.verify(
    HMAC,
    key,
    bytes.subarray(PAYLOAD_BYTES),
    signedPart(balancer, bytes),
  );
  return genuine ? { tag: toBase64(bytes.subarray(TAG_START, PAYLOAD_BYTES)), expires_at_s } : undefined;
}

/** The signed bytes. The first line separates them from everything else that the key signs. */
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
