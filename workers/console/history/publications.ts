/** The head of a configuration in KV, as far as it tells one from another. */
export interface Publication {
  version: number;
  hash: string;
}

/** Far more than can be published while KV still shows an older one. */
const KEPT = 10_000;

/** What may stand in KV without being somebody else's: what this object wrote, and what an operator decided about. */
export class Publications {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(
      'CREATE TABLE IF NOT EXISTS publications (version INTEGER NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (version, hash))',
    );
  }

  has({ version, hash }: Publication): boolean {
    const rows = this.#sql.exec(
      'SELECT 1 FROM publications WHERE version = ? AND hash = ?',
      ...[version, hash],
    );
    return rows.toArray().length > 0;
  }

  add({ version, hash }: Publication): void {
    this.#sql.exec('INSERT OR IGNORE INTO publications (version, hash) VALUES (?, ?)', version, hash);
    // KV shows an old head for a minute at most.
    this.#sql.exec('DELETE FROM publications WHERE version < ?', version - KEPT);
  }
}
