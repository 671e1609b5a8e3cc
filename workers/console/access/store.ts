import type { Scope, TokenInfo } from '../../../shared/contracts/access.ts';
import type { AuditRow } from '../../../shared/contracts/history.ts';
import type { Outcome } from '../refusal.ts';
import type { From, Principal } from './principal.ts';

// What the console's Worker asks of the Durable Object about tokens, sessions and the audit. Secrets stay in the Worker, and the
// object sees their SHA-256 in hex. A hash without salt is enough, because nobody can guess 32 random bytes.

/** What a request showed. */
export type Credential =
  | { token_sha256: string }
  /** `admin_sha256` is that of the secret ADMIN_TOKEN, absent without one. */
  | { session_sha256: string; admin_sha256?: string };

/** A token that is stored and may be used. */
export interface KnownToken {
  id: string;
  name: string;
  scope: Scope;
}

/** The answer about a credential. */
export type Verdict =
  | {
      is: 'known';
      /** Absent: a session of ADMIN_TOKEN. */
      token?: KnownToken;
      /** Of the token or the session, whichever is first. Milliseconds since the epoch; null: never. */
      expires_at_ms: number | null;
    }
  | { is: 'unknown' | 'expired' | 'revoked' };

/** A token to store. */
export interface NewToken {
  /** 32 hex digits. */
  id: string;
  sha256: string;
  name: string;
  scope: Scope;
  /** Milliseconds since the epoch; null: never. */
  expires_at_ms: number | null;
}

/** A session to store. */
export interface NewSession {
  sha256: string;
  token_sha256: string;
  /** The Worker compared the token with ADMIN_TOKEN, which is not stored. */
  is_admin_token: boolean;
}

/** Who does something, for the audit. */
export interface Doer {
  principal: Principal;
  from: From;
  /** Method and path, without the query. */
  what: string;
}

/** A row of the audit before it is written. */
export interface AuditNote extends Omit<AuditRow, 'id' | 'at'> {
  /** Whether the request was refused, and whether its sender was recognised. Null: it was not refused. */
  refused: 'known' | 'nobody' | null;
}

/** The interface of the object, as far as access is concerned. */
export interface AccessRpc {
  authenticate(credential: Credential): Promise<Verdict>;
  tokens(): Promise<readonly TokenInfo[]>;
  /** Refuses 403 a scope above that of its creator, and 409 a name that an active token has. */
  createToken(token: NewToken, doer: Doer): Promise<Outcome<TokenInfo>>;
  /** Revokes a token and ends its sessions. Revoking it again changes nothing. Refuses 404 an unknown id. */
  revokeToken(id: string, doer: Doer): Promise<Outcome<TokenInfo>>;
  /** Opens a session if its token may be used. */
  openSession(session: NewSession, from: From, what: string): Promise<Verdict>;
  /** Ends a session. @returns whether there was one */
  closeSession(sha256: string, doer: Doer): Promise<boolean>;
  /** Writes a row of the audit. */
  note(note: AuditNote): Promise<void>;
  /** Rows of the audit, newest first. @param before only rows with a smaller id */
  audit(limit: number, before?: number): Promise<readonly AuditRow[]>;
}
