import { toDataPoint } from '../../../shared/analytics/data_point.ts';
import { HEALTH, type Row } from '../../../shared/analytics/datasets.ts';
import { writePoint } from '../../../shared/analytics/write_point.ts';
import type { Env } from '../env.ts';
import type { EjectionEvent } from './outliers.ts';

type Written = 'origin' | 'kind' | 'pool' | 'reason' | 'streak' | 'until_ms';

/**
 * Writes that an origin was ejected or readmitted to the `health` dataset. Never throws, and nobody waits for it.
 * @param defer `ctx.waitUntil`
 */
export function recordEjection(
  env: Env,
  verdict: EjectionEvent,
  defer: (work: Promise<unknown>) => void,
): void {
  const { kind, origin, pool, reason, times, duration_ms } = verdict;
  const row = { origin, kind, pool, reason, streak: times, until_ms: duration_ms } satisfies Required<
    Pick<Row<typeof HEALTH>, Written>
  >;
  const written = writePoint(env.HEALTH, () => toDataPoint(HEALTH, row));
  if (written !== undefined) defer(written);
}
