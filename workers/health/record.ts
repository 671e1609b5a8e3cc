import { HEALTH, type Row, toDataPoint } from '../../shared/analytics.ts';
import { within } from '../../shared/within.ts';
import type { Checked } from './check.ts';
import type { DataPointSink } from './env.ts';
import type { Verdict } from './judge.ts';
import type { Watched } from './order.ts';

/** A recorder behind RPC that takes longer than this is given up: records are worth less than checks. */
const RECORD_TIMEOUT_MS = 1_000;

/** The rows of one check: the check itself, and the transition if it made one. */
export function rowsOf(
  { id, pool, monitor }: Pick<Watched, 'id' | 'pool' | 'monitor'>,
  checked: Checked,
  before: Verdict,
  after: Verdict,
): Row<typeof HEALTH>[] {
  const row: Row<typeof HEALTH> = {
    origin: id,
    kind: 'check',
    pool,
    monitor: monitor.id,
    state: after.state,
    previous_state: before.state,
    reason: checked.ended === 'success' ? '' : checked.reason,
    region: 'default',
    rtt_ms: checked.rtt_ms,
    status: checked.status,
    streak: after.streak,
  };
  return before.state === after.state ? [row] : [row, { ...row, kind: 'transition' }];
}

/** Writes rows to Analytics Engine. Never rejects: without it, or when it fails, health goes on. */
export async function record(sink: DataPointSink | undefined, rows: Row<typeof HEALTH>[]): Promise<void> {
  if (sink === undefined) return;
  try {
    // Analytics Engine returns nothing; the local sink a promise, which must be awaited or its call is cancelled.
    await within(
      RECORD_TIMEOUT_MS,
      Promise.all(rows.map((row) => sink.writeDataPoint(toDataPoint(HEALTH, row)))),
    );
  } catch (error) {
    console.warn(`health: a data point was lost: ${error instanceof Error ? error.message : String(error)}`);
  }
}
