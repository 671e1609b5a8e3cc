import type { ScriptFailure } from '../../../shared/contracts/status.ts';
import type { SqlRow } from './ask_sql.ts';

/** How the selector names the replacement: `random (script:mine failed)`. */
const STAND_IN = /\(script:([a-z0-9_-]+) ([^()]+)\)/g;

/** Script failures by `balancer pool`. @param rows result of the query `scriptFailuresIn` */
export function scriptFailures(rows: readonly SqlRow[]): Map<string, ScriptFailure[]> {
  const by_pool = new Map<string, ScriptFailure[]>();
  for (const row of rows) {
    const key = `${row['balancer']} ${row['pool']}`;
    const failures = by_pool.get(key) ?? [];
    by_pool.set(key, failures);
    for (const [where, column] of [
      ['live', 'strategy'],
      ['shadow', 'shadow_strategy'],
    ] as const)
      for (const [, script = '', reason = ''] of String(row[column]).matchAll(STAND_IN)) {
        const same = failures.find(
          (one) => one.script === script && one.reason === reason && one.where === where,
        );
        const requests = Number(row['requests']);
        if (same === undefined) failures.push({ script, reason, where, requests });
        else same.requests += requests;
      }
  }
  return by_pool;
}
