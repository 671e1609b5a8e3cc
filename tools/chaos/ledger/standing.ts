import type { PlatformFault } from '../faults.ts';
import type { Book } from './ledger.ts';

/**
 * Time after a repair in which an origin may still be avoided: probes come every 5 s, a probe takes up to 2 s, and an
 * isolate reads its documents every 5 s. While KV is broken no isolate can learn of the repair, so that time is added.
 */
const SEEN_MS = 12_000;
/** Time after an ejection in which an origin's share grows (slow start, 3 s), with some to spare. */
const RAMP_MS = 4_000;
const KV_FAULTS: readonly string[] = ['kv_fail', 'kv_hang', 'kv_empty'] satisfies PlatformFault[];

/** Tells whether an origin was out of order, or seemed so to an isolate, at any time from `from` to `to`. */
export function standings({ ledger }: Book): (origin: string, from: number, to: number) => boolean {
  const faults = Map.groupBy(ledger.faults, ({ target }) => target);
  const points = Map.groupBy(ledger.health, ({ origin }) => origin);
  const without_kv = ledger.faults
    .filter(({ kind }) => KV_FAULTS.includes(kind))
    .sort((a, b) => a.started_at - b.started_at);
  const seenAt = (at: number) =>
    without_kv.reduce(
      (seen, { started_at, ended_at }) =>
        started_at < seen && ended_at > at ? seen + ended_at - Math.max(started_at, at) : seen,
      at + SEEN_MS,
    );
  return (origin, from, to) => {
    const isOut = (since: number, until: number) => since <= to && until >= from;
    if (faults.get(origin)?.some(({ started_at, ended_at }) => isOut(started_at, seenAt(ended_at))))
      return true;
    let down_since: number | undefined;
    for (const { kind, state, arrived_at, until_ms } of points.get(origin) ?? []) {
      if (kind === 'ejection' && isOut(arrived_at, arrived_at + until_ms + RAMP_MS)) return true;
      if (kind !== 'transition') continue;
      if (state !== 'up') down_since ??= arrived_at;
      // An origin whose state was unknown, as at the start, also becomes up.
      else if (isOut(down_since ?? arrived_at, seenAt(arrived_at))) return true;
      else down_since = undefined;
    }
    return down_since !== undefined && down_since <= to;
  };
}
