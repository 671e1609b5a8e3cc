import { toDataPoint } from '../../shared/analytics/data_point.ts';
import { HEALTH, type Row } from '../../shared/analytics/datasets.ts';
import { within } from '../../shared/time/within.ts';
import type { Checked } from './check.ts';
import type { PointWriter } from './env.ts';
import type { Verdict } from './judge.ts';
import type { Region, Watched } from './order.ts';
import type { Judged, Status } from './status.ts';

/** A recorder behind RPC that takes longer than this is given up: records are worth less than checks. */
const RECORD_TIMEOUT_MS = 1_000;

/** The row of one check, with the state that its prober had in mind before and after it. */
export function checkRow(
  { id, pool, monitor }: Pick<Watched, 'id' | 'pool' | 'monitor'>,
  region: Region,
  checked: Checked,
  before: Verdict,
  after: Verdict,
): Row<typeof HEALTH> {
  return {
    origin: id,
    kind: 'check',
    pool,
    monitor: monitor.id,
    state: after.state,
    previous_state: before.state,
    reason: checked.ended === 'success' ? '' : checked.reason,
    region,
    rtt_ms: checked.rtt_ms,
    status: checked.status,
    streak: after.streak,
  } satisfies Required<Omit<Row<typeof HEALTH>, 'until_ms'>>;
}

/** The row of an origin that is in another state than before, by the judgement of all who probe it. */
export function transitionRow(
  { id, pool, status, opinions }: Judged,
  before: Status | undefined,
  monitor: string,
): Row<typeof HEALTH> {
  const [only] = opinions.size === 1 ? opinions : [];
  return {
    origin: id,
    kind: 'transition',
    pool,
    monitor,
    state: status.state,
    previous_state: before?.state ?? 'unknown',
    reason: status.reason ?? '',
    region: only?.[0] ?? 'quorum',
    rtt_ms: only?.[1].rtt_ms ?? 0,
  } satisfies Required<Omit<Row<typeof HEALTH>, 'status' | 'streak' | 'until_ms'>>;
}

/** Writes rows to Analytics Engine. Never rejects: without it, or when it fails, health goes on. */
export async function record(sink: PointWriter | undefined, rows: Row<typeof HEALTH>[]): Promise<void> {
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
