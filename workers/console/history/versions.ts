import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { VersionInfo, Way } from '../../../shared/contracts/history.ts';
import { CODES, Refusal } from '../refusal.ts';

/** A row of a Durable Object's database ends at 2 MB (https://developers.cloudflare.com/durable-objects/platform/limits/). */
const MAX_PACKED_BYTES = 1_900_000;
/** 1.7 MB take 4 ms and give 69 kB. The default level, 6, takes 8 ms and gives 65 kB. */
const GZIP = { level: 3 } as const;

/** Every version is kept for as long as data points are, so that charts can show changes. */
const KEEP_ALL_DAYS = 90;
const DAY_MS = 86_400_000;

/** A version that is about to be stored. */
export interface NewVersion {
  version: number;
  /** Milliseconds since the epoch. */
  at: number;
  author: string;
  way: Way;
  comment: string;
  parent: number | null;
  source: string;
  /** SHA-256 of `source`, in hex. */
  source_hash: string;
}

/** All versions of the configuration, in the object's database. Sources are gzipped. */
export class Versions {
  readonly #sql: SqlStorage;
  /** When old versions were last deleted. Unknown after a start, and then it is done once more. */
  #pruned_at = Number.NEGATIVE_INFINITY;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`CREATE TABLE IF NOT EXISTS versions (
      version INTEGER PRIMARY KEY, at INTEGER NOT NULL, author TEXT NOT NULL, way TEXT NOT NULL, comment TEXT NOT NULL,
      hash TEXT NOT NULL, parent INTEGER, pinned INTEGER NOT NULL DEFAULT 0, size_bytes INTEGER NOT NULL,
      source_gzip BLOB NOT NULL)`);
  }

  /** Stores a version. @throws {Refusal} 413 if its source is too large for a row */
  add({ version, at, author, way, comment, parent, source, source_hash }: NewVersion): VersionInfo {
    const bytes = new TextEncoder().encode(source);
    const packed = gzipSync(bytes, GZIP);
    if (packed.byteLength > MAX_PACKED_BYTES)
      throw new Refusal(413, [
        {
          code: CODES.invalid,
          message: `the configuration has ${packed.byteLength} bytes gzipped; allowed: ${MAX_PACKED_BYTES}`,
        },
      ]);
    this.#sql.exec(
      `INSERT INTO versions (version, at, author, way, comment, hash, parent, size_bytes, source_gzip)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[version, at, author, way, comment, source_hash, parent, bytes.byteLength],
      packed.buffer.slice(packed.byteOffset, packed.byteOffset + packed.byteLength) as ArrayBuffer,
    );
    return this.info(version) as VersionInfo;
  }

  /** The newest version. Undefined: there is none. */
  newest(): VersionInfo | undefined {
    return this.#infos('ORDER BY version DESC LIMIT 1')[0];
  }

  info(version: number): VersionInfo | undefined {
    return this.#infos('WHERE version = ?', version)[0];
  }

  /** The newest first. @param before only versions below this one */
  list(limit: number, before = Number.MAX_SAFE_INTEGER): VersionInfo[] {
    return this.#infos('WHERE version < ? ORDER BY version DESC LIMIT ?', before, limit);
  }

  /** The source of a version as it was written. Undefined: there is no such version (any more). */
  source(version: number): string | undefined {
    const [row] = this.#sql
      .exec<{ source_gzip: ArrayBuffer }>('SELECT source_gzip FROM versions WHERE version = ?', version)
      .toArray();
    return row && new TextDecoder().decode(gunzipSync(new Uint8Array(row.source_gzip)));
  }

  /** Keeps a version for ever, or no longer. @returns undefined if there is no such version */
  pin(version: number, pinned: boolean): VersionInfo | undefined {
    this.#sql.exec('UPDATE versions SET pinned = ? WHERE version = ?', pinned ? 1 : 0, version);
    return this.info(version);
  }

  /**
   * Deletes old versions, once a day: after 90 days the last one of each day (UTC) stays. The newest version and pinned ones always
   * stay. It is enough to call this when a version is added, because nothing else makes the table grow.
   * @param now milliseconds since the epoch
   */
  prune(now: number): void {
    if (Math.abs(now - this.#pruned_at) < DAY_MS) return;
    this.#pruned_at = now;
    const limit = now - KEEP_ALL_DAYS * DAY_MS;
    this.#sql.exec(
      `DELETE FROM versions WHERE at < ?1 AND pinned = 0 AND version <> (SELECT max(version) FROM versions)
         AND version NOT IN (SELECT max(version) FROM versions WHERE at < ?1 GROUP BY at / ${DAY_MS})`,
      limit,
    );
  }

  #infos(clause: string, ...values: number[]): VersionInfo[] {
    return this.#sql
      .exec<Row>(
        `SELECT version, at, author, way, comment, hash AS source_hash, parent, pinned, size_bytes FROM versions ${clause}`,
        ...values,
      )
      .toArray()
      .map(({ at, way, pinned, ...row }) => ({
        ...row,
        at: new Date(at).toISOString(),
        way: way as Way,
        pinned: pinned === 1,
      }));
  }
}

type Row = {
  version: number;
  at: number;
  author: string;
  way: string;
  comment: string;
  source_hash: string;
  parent: number | null;
  pinned: number;
  size_bytes: number;
};

/** SHA-256 of a text, in hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
