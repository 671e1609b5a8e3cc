import { isOriginFault } from '../faults.ts';
import type { Inflicted, Ledger, Point } from './ledger.ts';

/** How fast traffic left a broken origin and returned. */
export interface Steering {
  fault: Inflicted;
  /** Requests that tried the broken origin first. */
  first_tries: number;
  /** Time from the fault to the last request that tried the origin first; undefined if some still did at its end. */
  away_s: number | undefined;
  /**
   * Time from the repair to the first request that tried the origin first; undefined if none did before its next fault
   * or the end of the run.
   */
  back_s: number | undefined;
}

/** An origin without first tries for this long is avoided. A pool has about ten first tries per second. */
const QUIET_MS = 1_500;

/** Computes it from the gateway's data points, for every fault of an origin. */
export function steering({ faults, points, ended_at }: Ledger): Steering[] {
  const tries = Map.groupBy(points, firstTry);
  return faults
    .filter(({ kind }) => isOriginFault(kind))
    .map((fault) => {
      const begun = (tries.get(fault.target) ?? []).map(startOf);
      const next = faults.find(
        ({ target, started_at }) => target === fault.target && started_at > fault.started_at,
      );
      const during = begun.filter((at) => at >= fault.started_at && at <= fault.ended_at);
      const after = begun.filter((at) => at > fault.ended_at && at < (next?.started_at ?? ended_at));
      const last = during.reduce((latest, at) => Math.max(latest, at), fault.started_at);
      const first = after.reduce((earliest, at) => Math.min(earliest, at), Number.POSITIVE_INFINITY);
      return {
        fault,
        first_tries: during.length,
        away_s: last < fault.ended_at - QUIET_MS ? (last - fault.started_at) / 1_000 : undefined,
        back_s: after.length > 0 ? (first - fault.ended_at) / 1_000 : undefined,
      };
    });
}

/** The first origin that a request was sent to; empty if there is none. */
export function firstTry({ failed_origins, origin }: Point): string {
  return failed_origins.split(',', 1)[0] || origin;
}

/** When a request began, as closely as its data point tells. */
export function startOf({ arrived_at, total_ms }: Point): number {
  return arrived_at - total_ms;
}
