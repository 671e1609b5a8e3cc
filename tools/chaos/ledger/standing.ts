import { followedBy, probedBy } from './followed.ts';
import type { Book, Inflicted } from './ledger.ts';

/** Time after an ejection in which an origin's share grows (slow start, 3 s), with some to spare. */
const RAMP_MS = 4_000;

/** Tells whether an origin was out of order, or seemed so to an isolate, at any time from `from` to `to`. */
export function standings({ ledger }: Book): (origin: string, from: number, to: number) => boolean {
  const faults = Map.groupBy(ledger.faults, ({ target }) => target);
  const points = Map.groupBy(ledger.health, ({ origin }) => origin);
  const followed = followedBy(ledger);
  const probed = probedBy(ledger);
  // No probe finds the end of a drain.
  const seenAt = ({ kind, ended_at }: Inflicted) => followed(kind === 'drain' ? ended_at : probed(ended_at));
  return (origin, from, to) => {
    const isOut = (since: number, until: number) => since <= to && until >= from;
    if (faults.get(origin)?.some((fault) => isOut(fault.started_at, seenAt(fault)))) return true;
    let down_since: number | undefined;
    for (const { kind, state, arrived_at, until_ms } of points.get(origin) ?? []) {
      if (kind === 'ejection' && isOut(arrived_at, arrived_at + until_ms + RAMP_MS)) return true;
      if (kind !== 'transition') continue;
      if (state !== 'up') down_since ??= arrived_at;
      // An origin whose state was unknown, as at the start, also becomes up.
      else if (isOut(down_since ?? arrived_at, followed(arrived_at))) return true;
      else down_since = undefined;
    }
    return down_since !== undefined && down_since <= to;
  };
}
