import { consequences } from '../../../shared/authoring/consequences.ts';
import { stampDrains } from '../../../shared/authoring/operator_state.ts';
import type { Config } from '../../../shared/model/config.ts';

/**
 * Says what a changed state or weight means for sessions and new clients.
 * @param config of the changed pool and its balancers, as it was checked; undefined: it has mistakes
 * @param ids of the changed pool and of changed origins in it
 * @param now milliseconds since the epoch, when new drains begin
 */
export function consequenceNotes(config: Config | undefined, ids: readonly string[], now: number): string[] {
  if (config === undefined || ids.length === 0) return [];
  const stamped = stampDrains(config, undefined, now);
  return [...new Set(ids.flatMap((id) => consequences(stamped, id)))];
}
