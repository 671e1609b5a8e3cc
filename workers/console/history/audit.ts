import type { AuditRow } from '../../../shared/contracts/history.ts';
import type { AuditNote } from '../access/store.ts';

/** How long a row is kept, as long as every version is. */
const KEPT_MS = 90 * 86_400_000;
/** Anybody can send requests that are refused, so their rows are bounded: the newest ones are kept. */
const MAX_REFUSED = 10_000;
/** Rows over the bound are deleted this many at a time, so that a refused request does not count the table. */
const REFUSED_AT_ONCE = 100;
/** The most rows of one deletion by age. Each note deletes that many and adds one, so old rows go faster than new ones come. */
const EXPIRED_AT_ONCE = 1_000;
const MAX_DETAIL = 1_000;

type Row = {
  id: number;
  at: number;
  author: string;
  sender: string;
  what: string;
  status: number;
  version_before: number | null;
  version_after: number | null;
  detail: string;
};

const COLUMNS = 'id, at, author, sender, what, status, version_before, version_after, detail';

/**
 * The audit: every change, and every refusal. Rows of refused requests by senders who were recognised are bounded apart from those of
 * strangers, so that a flood of strangers does not push out the others.
 *
 * Rows are deleted when a row is written. That is enough, because nothing else makes the table grow.
 */
export class Audit {
  readonly #sql: SqlStorage;
  readonly #max_refused: number;
  /** How many rows each kind of refusal has; unknown until the first one is written. */
  readonly #refused = new Map<string, number>();

  /** @param max_refused the most rows of refused requests, for either kind of sender */
  constructor(sql: SqlStorage, max_refused = MAX_REFUSED) {
    this.#sql = sql;
    this.#max_refused = max_refused;
    sql.exec(`CREATE TABLE IF NOT EXISTS audit (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      at INTEGER NOT NULL,
      author TEXT NOT NULL,
      sender TEXT NOT NULL,
      what TEXT NOT NULL,
      status INTEGER NOT NULL,
      version_before INTEGER,
      version_after INTEGER,
      detail TEXT NOT NULL,
      refused TEXT
    )`);
    sql.exec('CREATE INDEX IF NOT EXISTS audit_by_time ON audit (at)');
    sql.exec('CREATE INDEX IF NOT EXISTS audit_refused ON audit (refused, id) WHERE refused IS NOT NULL');
  }

  /** Writes a row. Text that has the form of a token is masked, wherever it comes from. */
  note({ author, from, what, status, before, after, detail, refused }: AuditNote, now_ms: number): void {
    this.#sql.exec(
      `INSERT INTO audit (at, author, sender, what, status, version_before, version_after, detail, refused)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[now_ms, author, from, withoutTokens(what), status, before, after],
      ...[withoutTokens(detail).slice(0, MAX_DETAIL), refused],
    );
    this.#sql.exec(
      'DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < ? LIMIT ?)',
      ...[now_ms - KEPT_MS, EXPIRED_AT_ONCE],
    );
    if (refused !== null) this.#bound(refused);
  }

  /** Rows, newest first. @param before only rows with a smaller id */
  list(limit: number, before = Number.MAX_SAFE_INTEGER): AuditRow[] {
    const query = `SELECT ${COLUMNS} FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?`;
    return this.#sql.exec<Row>(query, before, limit).toArray().map(rowOf);
  }

  #bound(refused: string): void {
    const count = (this.#refused.get(refused) ?? this.#count(refused) - 1) + 1;
    this.#refused.set(refused, count);
    if (count <= this.#max_refused) return;
    this.#sql.exec(
      'DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE refused = ? ORDER BY id LIMIT ?)',
      ...[refused, count - this.#max_refused + REFUSED_AT_ONCE - 1],
    );
    this.#refused.set(refused, this.#count(refused));
  }

  #count(refused: string): number {
    const query = 'SELECT COUNT(*) AS count FROM audit WHERE refused = ?';
    return this.#sql.exec<{ count: number }>(query, refused).one().count;
  }
}

function withoutTokens(text: string): string {
  return text.replace(/plimsoll_[\w-]+/g, 'plimsoll_•••');
}

function rowOf({ at, sender, version_before, version_after, ...row }: Row): AuditRow {
  return {
    ...row,
    at: new Date(at).toISOString(),
    from: sender,
    before: version_before,
    after: version_after,
  };
}
