import type { SqlRow } from './ask_sql.ts';

/**
 * Isolates of the gateway that send an origin nothing, for what they saw of its answers. It is no failed check: that is
 * the origin's `state`, and holds for everybody.
 */
export interface Ejection {
  isolates: number;
  /** Of the last of them. ISO 8601. */
  until: string;
  /** Of the newest. */
  reason: string;
}

/** Rows carry whole seconds: an ejection and its end are matched within so much. */
const SAME_MS = 1_500;

/**
 * The ejections that are in force, by origin. One whose readmission came before its time is not.
 * @param rows of the query EJECTIONS, the newest first
 * @param now milliseconds since the epoch
 */
export function ejectionsInForce(rows: readonly SqlRow[], now: number): Map<string, Ejection> {
  const readmitted = new Map<string, number[]>();
  const ejections = new Map<string, Ejection>();
  for (const row of rows) {
    const origin = String(row['origin']);
    const at = Number(row['at_s']) * 1_000;
    const lasts_ms = Number(row['until_ms']);
    if (row['kind'] === 'readmission') {
      readmitted.set(origin, [...(readmitted.get(origin) ?? []), at - lasts_ms]);
      continue;
    }
    if (at + lasts_ms <= now) continue;
    const ends = readmitted.get(origin) ?? [];
    const ended = ends.findIndex((began) => Math.abs(began - at) <= SAME_MS);
    if (ended >= 0) {
      ends.splice(ended, 1);
      continue;
    }
    const known = ejections.get(origin);
    const until = new Date(at + lasts_ms).toISOString();
    ejections.set(origin, {
      isolates: (known?.isolates ?? 0) + Number(row['isolates']),
      until: known !== undefined && known.until > until ? known.until : until,
      reason: known?.reason ?? String(row['reason']),
    });
  }
  return ejections;
}
