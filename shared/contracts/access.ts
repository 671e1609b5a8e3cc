// What the console's API answers about access, as JSON, and the form of its tokens. The console writes it, `lb` reads it.

/** What a token may do. Each scope includes those before it. */
export const SCOPES = ['read', 'operate', 'admin'] as const;
/**
 * - `read`: everything is shown. Secrets in monitor headers are masked below `admin`.
 * - `operate`: states, weights, `enabled` and probes as well.
 * - `admin`: the configuration, roll back and tokens as well.
 */
export type Scope = (typeof SCOPES)[number];

/** Whether `scope` includes `needed`. */
export function includes(scope: Scope, needed: Scope): boolean {
  return SCOPES.indexOf(scope) >= SCOPES.indexOf(needed);
}

/** Bytes of randomness in a token and in a session. */
export const SECRET_BYTES = 32;
/** A known prefix lets scanners of repositories and logs find tokens. */
const TOKEN_PREFIX = 'plimsoll_';
/** 52 characters, which Cloudflare's Terraform provider accepts as an API token. */
const TOKEN_FORM = /^plimsoll_[A-Za-z0-9_-]{43}$/;

/** Whether a text has the form of a token: `plimsoll_` and 32 bytes in base64url. */
export function isToken(text: string): boolean {
  return TOKEN_FORM.test(text);
}

/** Writes a new token. @param random 32 random bytes */
export function tokenOf(random: Uint8Array): string {
  if (random.length !== SECRET_BYTES) throw new RangeError(`a token needs ${SECRET_BYTES} random bytes`);
  return TOKEN_PREFIX + base64url(random);
}

/** Base64 for URLs and cookies (RFC 4648 section 5), without padding. */
export function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** A token without its secret: `GET /api/tokens`. Times are RFC 3339. */
export interface TokenInfo {
  /** 32 hex digits. */
  id: string;
  name: string;
  scope: Scope;
  status: 'active' | 'expired' | 'revoked';
  created_at: string;
  /** The author of its creation: `admin token`. */
  created_by: string;
  /** Null: it never expires. */
  expires_at: string | null;
  /** The hour of the last use. Null: it was never used. */
  last_used_at: string | null;
  revoked_at: string | null;
}

/** The answer to `POST /api/tokens`. */
export interface CreatedToken extends TokenInfo {
  /** The secret. It is shown this once, and only its SHA-256 is stored. */
  token: string;
}

/** The answer to `GET /api/whoami` and `POST /api/session`. */
export interface WhoAmI {
  /** As in versions and in the audit: `token ci`, `access anna@example.com`, `admin token`. */
  author: string;
  scope: Scope;
  by: 'token' | 'admin_token' | 'session' | 'access';
  /** Id of the token, or of the token that opened the session. Null: it is ADMIN_TOKEN, or Access. */
  token_id: string | null;
  /** `sub` of Access. Null: it is not Access, or a service token. */
  subject: string | null;
  /** RFC 3339. Null: the token never expires. */
  expires_at: string | null;
}
