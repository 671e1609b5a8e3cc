import { writePoint } from '../../../shared/analytics/data_point.ts';
import { HEALTH, type Row } from '../../../shared/analytics/datasets.ts';
import type { OriginId } from '../../../shared/model/ids.ts';
import type { Env } from '../env.ts';

/** An ejection or its end: a row of the `health` dataset. */
export interface EjectionEvent {
  kind: 'ejection' | 'readmission';
  origin: OriginId;
  pool: string;
  /** Why the origin was ejected. */
  reason: 'consecutive_failures' | 'failure_percent';
  /** How often the origin was ejected in a row, this time included. */
  times: number;
  /** How long the ejection will last, or has lasted. */
  duration_ms: number;
}

type Written = 'origin' | 'kind' | 'pool' | 'reason' | 'streak' | 'until_ms';

/**
 * Writes an ejection or its end to the `health` dataset. Never throws. No request waits for it.
 * @param defer `ctx.waitUntil`
 */
export function recordEjection(
  env: Env,
  { times, duration_ms, ...event }: EjectionEvent,
  defer: (work: Promise<unknown>) => void,
): void {
  const row = { ...event, streak: times, until_ms: duration_ms } satisfies Required<
    Pick<Row<typeof HEALTH>, Written>
  >;
  const written = writePoint(env.HEALTH, HEALTH, () => row);
  if (written !== undefined) defer(written);
}
