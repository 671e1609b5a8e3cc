/** A session that has not ended by itself. Its token may have ended. */
export interface Session {
  token_sha256: string;
  expires_at_ms: number;
}

/** Far more than the browsers of one person. The oldest session ends when another one is opened. */
const MAX_SESSIONS_PER_TOKEN = 100;

/** The sessions of the page. A session is found by the SHA-256 of its cookie, and refers to its token by that of the token. */
export class Sessions {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`CREATE TABLE IF NOT EXISTS sessions (
      sha256 TEXT PRIMARY KEY,
      token_sha256 TEXT NOT NULL,
      opened_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL
    ) WITHOUT ROWID`);
    sql.exec('CREATE INDEX IF NOT EXISTS sessions_by_token ON sessions (token_sha256, opened_at)');
  }

  /**
   * Stores a session. Those that have expired are deleted here and nowhere else. That is enough, because only opening a session makes
   * the table grow, and an expired session is never found.
   */
  open(sha256: string, token_sha256: string, now_ms: number, expires_at_ms: number): void {
    this.#sql.exec('DELETE FROM sessions WHERE expires_at <= ?', now_ms);
    this.#sql.exec(
      `DELETE FROM sessions WHERE sha256 IN (
        SELECT sha256 FROM sessions WHERE token_sha256 = ? ORDER BY opened_at DESC LIMIT -1 OFFSET ?
      )`,
      token_sha256,
      MAX_SESSIONS_PER_TOKEN - 1,
    );
    this.#sql.exec(
      'INSERT INTO sessions (sha256, token_sha256, opened_at, expires_at) VALUES (?, ?, ?, ?)',
      ...[sha256, token_sha256, now_ms, expires_at_ms],
    );
  }

  /** @returns undefined: there is no such session, or it has expired */
  find(sha256: string, now_ms: number): Session | undefined {
    const [row] = this.#sql.exec<{ token_sha256: string; expires_at: number }>(
      'SELECT token_sha256, expires_at FROM sessions WHERE sha256 = ?',
      sha256,
    );
    if (row === undefined || row.expires_at <= now_ms) return undefined;
    return { token_sha256: row.token_sha256, expires_at_ms: row.expires_at };
  }

  /** Ends a session. @returns whether there was one */
  close(sha256: string): boolean {
    return (
      this.#sql.exec('DELETE FROM sessions WHERE sha256 = ? RETURNING sha256', sha256).toArray().length > 0
    );
  }

  /** Ends all sessions of a token. */
  closeAllOf(token_sha256: string): void {
    this.#sql.exec('DELETE FROM sessions WHERE token_sha256 = ?', token_sha256);
  }
}
