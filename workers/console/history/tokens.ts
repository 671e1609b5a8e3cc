import type { Scope, TokenInfo } from '../../../shared/contracts/access.ts';
import type { NewToken, Verdict } from '../access/store.ts';
import { CODES, Refusal } from '../refusal.ts';

const HOUR_MS = 3_600_000;

/** A row of the table. Times are milliseconds since the epoch. */
type Row = {
  id: string;
  sha256: string;
  name: string;
  scope: string;
  created_at: number;
  created_by: string;
  expires_at: number | null;
  last_used_at: number | null;
  revoked_at: number | null;
};

/** The tokens of the console. A token is found by its SHA-256, and its secret is stored nowhere. */
export class Tokens {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`CREATE TABLE IF NOT EXISTS tokens (
      id TEXT PRIMARY KEY,
      sha256 TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL,
      scope TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      created_by TEXT NOT NULL,
      expires_at INTEGER,
      last_used_at INTEGER,
      revoked_at INTEGER
    ) WITHOUT ROWID`);
  }

  /**
   * Stores a token.
   * @param created_by the author
   * @throws {Refusal} 409 if an active token has the name, because the audit names tokens by it
   */
  create(
    { id, sha256, name, scope, expires_at_ms }: NewToken,
    created_by: string,
    now_ms: number,
  ): TokenInfo {
    if (this.#rows().some((row) => row.name === name && statusOf(row, now_ms) === 'active'))
      throw new Refusal(
        409,
        [
          {
            code: CODES.not_unique,
            message: `name: an active token is called "${name}"; use another name, or revoke that token`,
            pointer: '/name',
          },
        ],
        { 'x-should-retry': 'false' },
      );
    this.#sql.exec(
      'INSERT INTO tokens (id, sha256, name, scope, created_at, created_by, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ...[id, sha256, name, scope, now_ms, created_by, expires_at_ms],
    );
    return this.#info(id, now_ms);
  }

  /** Recognises a token by its SHA-256, and remembers the hour of its use. A row is written once an hour at most. */
  find(sha256: string, now_ms: number): Verdict {
    const [row] = this.#sql.exec<Row>('SELECT * FROM tokens WHERE sha256 = ?', sha256);
    if (row === undefined) return { is: 'unknown' };
    const status = statusOf(row, now_ms);
    if (status !== 'active') return { is: status };
    const hour = Math.floor(now_ms / HOUR_MS) * HOUR_MS;
    if (row.last_used_at !== hour)
      this.#sql.exec('UPDATE tokens SET last_used_at = ? WHERE id = ?', hour, row.id);
    const token = { id: row.id, name: row.name, scope: row.scope as Scope };
    return { is: 'known', token, expires_at_ms: row.expires_at };
  }

  /**
   * Revokes a token for good. A token that was revoked before keeps its time.
   * @returns the token, its SHA-256, and whether this call revoked it
   * @throws {Refusal} 404 if no token has the id
   */
  revoke(id: string, now_ms: number): { info: TokenInfo; sha256: string; changed: boolean } {
    const [row] = this.#sql.exec<Row>('SELECT * FROM tokens WHERE id = ?', id);
    if (row === undefined)
      throw new Refusal(404, [
        { code: CODES.not_found, message: 'no token has this id: list them with GET /api/tokens' },
      ]);
    const changed = row.revoked_at === null;
    if (changed) this.#sql.exec('UPDATE tokens SET revoked_at = ? WHERE id = ?', now_ms, id);
    return { info: this.#info(id, now_ms), sha256: row.sha256, changed };
  }

  /** All tokens, oldest first, revoked and expired ones too: the audit names them. */
  list(now_ms: number): TokenInfo[] {
    return this.#rows().map((row) => infoOf(row, now_ms));
  }

  #rows(): Row[] {
    return this.#sql.exec<Row>('SELECT * FROM tokens ORDER BY created_at, id').toArray();
  }

  #info(id: string, now_ms: number): TokenInfo {
    return infoOf(this.#sql.exec<Row>('SELECT * FROM tokens WHERE id = ?', id).one(), now_ms);
  }
}

function statusOf({ revoked_at, expires_at }: Row, now_ms: number): TokenInfo['status'] {
  if (revoked_at !== null) return 'revoked';
  return expires_at !== null && expires_at <= now_ms ? 'expired' : 'active';
}

function infoOf(row: Row, now_ms: number): TokenInfo {
  return {
    id: row.id,
    name: row.name,
    scope: row.scope as Scope,
    status: statusOf(row, now_ms),
    created_at: new Date(row.created_at).toISOString(),
    created_by: row.created_by,
    expires_at: timeOf(row.expires_at),
    last_used_at: timeOf(row.last_used_at),
    revoked_at: timeOf(row.revoked_at),
  };
}

function timeOf(at_ms: number | null): string | null {
  return at_ms === null ? null : new Date(at_ms).toISOString();
}
