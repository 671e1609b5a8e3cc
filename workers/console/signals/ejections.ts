import type { Ejection } from '../../../shared/contracts/status.ts';
import type { SqlRow } from './ask_sql.ts';

/** Rows carry whole seconds, so an ejection and its readmission are matched with this tolerance. */
const SAME_MS = 1_500;

/**
 * The ejections in force, by origin. An ejection with an early readmission is not in force.
 * @param rows result of the query EJECTIONS, newest first
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
