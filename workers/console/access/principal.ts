import type { Scope } from '../../../shared/contracts/access.ts';

export { includes, SCOPES, type Scope } from '../../../shared/contracts/access.ts';

/** Somebody who was let in. */
export interface Principal {
  /** Written into versions and the audit: `token ci`, `access anna@example.com`, `admin token`. */
  author: string;
  scope: Scope;
  /** How they were recognised. `nobody`: they were not, and only open routes serve them. */
  by: 'token' | 'admin_token' | 'session' | 'access' | 'nobody';
  /** Of `token`, and of a session that was opened with one. */
  token_id?: string;
  /** `sub` of Access, which stays when the e-mail address changes. Absent: no Access, or one of its service tokens. */
  subject?: string;
  /** A service token of Access: a program, whose requests name no origin. */
  is_service?: true;
  /** When the token or session ends, RFC 3339. Absent: never, or Access decides. */
  expires_at?: string;
}

/** The sender of a request to an open route, and of one whose sender was not recognised. */
export const NOBODY: Principal = { author: 'nobody', scope: 'read', by: 'nobody' };

/** Where a request came from, for the audit: `CF-Connecting-IP`, or `local` without Cloudflare in front. */
export type From = string;
