import { durationMs } from '../parts/time.ts';
import type { Place } from '../tree/tree.ts';

/** A duration of protobuf: `0.25s`. Undefined: there is none. */
export function secondsOf(place: Place): number | undefined {
  const ms = durationMs(place.text ?? '', 's');
  return ms === undefined ? undefined : ms / 1_000;
}
