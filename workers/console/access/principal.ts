/** What a token may do. Each scope includes those before it. */
export const SCOPES = ['read', 'operate', 'admin'] as const;
/**
 * - `read`: everything is shown, secrets in monitor headers are masked.
 * - `operate`: states, weights, `enabled` and probes as well.
 * - `admin`: the configuration, roll back and tokens as well.
 */
export type Scope = (typeof SCOPES)[number];

/** Whether `scope` includes `needed`. */
export function includes(scope: Scope, needed: Scope): boolean {
  return SCOPES.indexOf(scope) >= SCOPES.indexOf(needed);
}

/** Somebody who was let in. */
export interface Principal {
  /** Written into versions and the audit: `token ci`, `access anna@example.com`, `admin token`. */
  author: string;
  scope: Scope;
  /** How they were recognised. */
  by: 'token' | 'admin_token' | 'session' | 'access';
  /** Of `token`, and of a session that was opened with one. */
  token_id?: string;
}

/** Where a request came from, for the audit: `CF-Connecting-IP`, or `local` without Cloudflare in front. */
export type From = string;
