import type { TokenInfo } from '../../../shared/contracts/access.ts';
import type { AuditRow } from '../../../shared/contracts/history.ts';
import { includes } from '../access/principal.ts';
import { forbidden } from '../access/refusals.ts';
import { SESSION_MS } from '../access/session_cookie.ts';
import type { AuditNote, Credential, Doer, NewSession, NewToken, Verdict } from '../access/store.ts';
import { Audit } from './audit.ts';
import { Sessions } from './sessions.ts';
import { Tokens } from './tokens.ts';

/**
 * Tokens, sessions and the audit together, behind the access part of the object's interface. Each method is synchronous: a change and
 * its row in the audit are stored together or not at all.
 */
export class AccessTables {
  /** For changes of the configuration, which the object itself notes. */
  readonly audit: Audit;
  readonly #tokens: Tokens;
  readonly #sessions: Sessions;
  readonly #now: () => number;

  /** @param now milliseconds since the epoch */
  constructor(sql: SqlStorage, now: () => number) {
    this.audit = new Audit(sql);
    this.#tokens = new Tokens(sql);
    this.#sessions = new Sessions(sql);
    this.#now = now;
  }

  authenticate(credential: Credential): Verdict {
    const now_ms = this.#now();
    if ('token_sha256' in credential) return this.#tokens.find(credential.token_sha256, now_ms);
    const session = this.#sessions.find(credential.session_sha256, now_ms);
    if (session === undefined) return { is: 'unknown' };
    const { token_sha256, expires_at_ms } = session;
    // A session of ADMIN_TOKEN remembers the hash of that secret. It ends with the secret.
    if (token_sha256 === credential.admin_sha256) return { is: 'known', expires_at_ms };
    return endsBy(this.#tokens.find(token_sha256, now_ms), expires_at_ms);
  }

  tokens(): TokenInfo[] {
    return this.#tokens.list(this.#now());
  }

  /** @throws {Refusal} 403 for a scope above that of the creator; 409 */
  createToken(token: NewToken, doer: Doer): TokenInfo {
    const { principal } = doer;
    if (!includes(principal.scope, token.scope))
      throw forbidden(
        `Authentication error: ${principal.author} has the scope "${principal.scope}" and cannot create "${token.scope}"`,
      );
    const info = this.#tokens.create(token, principal.author, this.#now());
    this.#done(doer, `token "${info.name}" with scope ${info.scope} created (${info.id})`);
    return info;
  }

  /** @throws {Refusal} 404 */
  revokeToken(id: string, doer: Doer): TokenInfo {
    const { info, sha256, changed } = this.#tokens.revoke(id, this.#now());
    this.#sessions.closeAllOf(sha256);
    this.#done(doer, `token "${info.name}" ${changed ? 'revoked' : 'was revoked before'} (${info.id})`);
    return info;
  }

  openSession({ sha256, token_sha256, is_admin_token }: NewSession, from: string, what: string): Verdict {
    const now_ms = this.#now();
    const expires_at_ms = now_ms + SESSION_MS;
    const verdict: Verdict = is_admin_token
      ? { is: 'known', expires_at_ms: null }
      : this.#tokens.find(token_sha256, now_ms);
    if (verdict.is !== 'known') return verdict;
    this.#sessions.open(sha256, token_sha256, now_ms, expires_at_ms);
    const author = verdict.token === undefined ? 'admin token' : `token ${verdict.token.name}`;
    this.#noteDone(author, from, what, 'session opened');
    return endsBy(verdict, expires_at_ms);
  }

  closeSession(sha256: string, doer: Doer): boolean {
    const closed = this.#sessions.close(sha256);
    this.#done(doer, closed ? 'session ended' : 'there was no session');
    return closed;
  }

  note(note: AuditNote): void {
    this.audit.note(note, this.#now());
  }

  rows(limit: number, before?: number): AuditRow[] {
    return this.audit.list(limit, before);
  }

  #done({ principal, from, what }: Doer, detail: string): void {
    this.#noteDone(principal.author, from, what, detail);
  }

  #noteDone(author: string, from: string, what: string, detail: string): void {
    this.note({ author, from, what, status: 200, before: null, after: null, detail, refused: null });
  }
}

/** A session ends with its token, if that is earlier. */
function endsBy(verdict: Verdict, expires_at_ms: number): Verdict {
  if (verdict.is !== 'known') return verdict;
  return { ...verdict, expires_at_ms: Math.min(verdict.expires_at_ms ?? Infinity, expires_at_ms) };
}
