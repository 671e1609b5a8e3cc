import type { PlatformFault } from '../faults.ts';
import type { Book } from './ledger.ts';

/**
 * After a fault was mended, an origin may still be kept out of the way: it is probed every 5 s, a check takes 2 s, and an
 * isolate reads its documents every 5 s. While KV is broken nobody hears of it, and this time stands still.
 */
const SEEN_MS = 12_000;
/** After an ejection, an origin's share grows over 3 s (slow start), looked at with each request. */
const RAMP_MS = 4_000;
const KV_FAULTS: readonly string[] = ['kv_fail', 'kv_hang', 'kv_empty'] satisfies PlatformFault[];

/** Says whether something was wrong with an origin, or looked like it, at any time from `from` to `to`. */
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
      // One that was not known before, as in the beginning, comes up as well.
      else if (isOut(down_since ?? arrived_at, seenAt(arrived_at))) return true;
      else down_since = undefined;
    }
    return down_since !== undefined && down_since <= to;
  };
}
