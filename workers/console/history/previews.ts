// The results of previews, between the request that probes and those that ask for its results. The console's Workers share
// nothing else. They are no part of the history.

/** Far longer than a client waits between its two requests. */
const KEPT_MS = 3_600_000;

/** At most 200 origins each, some 30 KB, so 3 MB. */
const MAX_KEPT = 100;

/** Makes the table. Call it once for each object, before the others. */
export function createPreviews(sql: SqlStorage): void {
  sql.exec(
    'CREATE TABLE IF NOT EXISTS previews (id TEXT PRIMARY KEY, at INTEGER NOT NULL, json TEXT NOT NULL)',
  );
}

/**
 * Keeps a result for an hour, and the newest {@link MAX_KEPT} of them.
 * @param now milliseconds since the epoch
 */
export function keepPreview(sql: SqlStorage, id: string, json: string, now: number): void {
  sql.exec('INSERT OR REPLACE INTO previews (id, at, json) VALUES (?, ?, ?)', id, now, json);
  sql.exec(
    `DELETE FROM previews WHERE at <= ? OR id NOT IN
       (SELECT id FROM previews ORDER BY at DESC, rowid DESC LIMIT ?)`,
    now - KEPT_MS,
    MAX_KEPT,
  );
}

/** A result that is still kept. @param now milliseconds since the epoch */
export function readPreview(sql: SqlStorage, id: string, now: number): string | undefined {
  const query = 'SELECT json FROM previews WHERE id = ? AND at > ?';
  return sql.exec<{ json: string }>(query, id, now - KEPT_MS).toArray()[0]?.json;
}
