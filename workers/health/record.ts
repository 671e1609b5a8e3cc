import { type PointWriter, toDataPoint } from '../../shared/analytics/data_point.ts';
import { HEALTH, type Row } from '../../shared/analytics/datasets.ts';
import { within } from '../../shared/time/within.ts';
import type { CheckState } from './judge/check_state.ts';
import type { Judged, Status } from './judge/status.ts';
import type { Checked } from './probe/check.ts';
import type { ProbeRegion, Watched } from './probe/order.ts';

/** Checks matter more than their records, so a slow writer behind RPC is abandoned. */
const RECORD_TIMEOUT_MS = 1_000;

/** The row of one check, with the prober's state of the origin before and after it. */
export function checkRow(
  { id, pool, monitor }: Pick<Watched, 'id' | 'pool' | 'monitor'>,
  region: ProbeRegion,
  checked: Checked,
  before: CheckState,
  after: CheckState,
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

/** Logs and records that an origin has changed its state. An origin is unknown before it is first judged. Never rejects. */
export async function recordTransition(
  writer: PointWriter | undefined,
  judged: Judged,
  before: Status | undefined,
  monitor: string,
): Promise<void> {
  const { id, status } = judged;
  const from = before?.state ?? 'unknown';
  if (status.state === from) return;
  console.log(`health: ${id} ${from} -> ${status.state} ${status.reason ?? ''}`.trimEnd());
  await writePoint(writer, transitionRow(judged, before, monitor));
}

/** The row of a transition: an origin changed its state, as all its probers together see it. */
function transitionRow(
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

/** Writes a row to Analytics Engine. Does nothing without a binding. Never rejects, because health goes on without records. */
export async function writePoint(writer: PointWriter | undefined, row: Row<typeof HEALTH>): Promise<void> {
  try {
    // Analytics Engine returns nothing. The local stand-in returns a promise: without an await its call is cancelled.
    await within(RECORD_TIMEOUT_MS, writer?.writeDataPoint(toDataPoint(HEALTH, row)));
  } catch (error) {
    console.warn(`health: a data point was lost: ${error instanceof Error ? error.message : String(error)}`);
  }
}
