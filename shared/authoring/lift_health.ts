import { REGION_CODES } from '../geo/regions.ts';
import type { GroupMember, Monitor, Pool } from '../model/config.ts';
import type { FileGroup, FileMonitor, FilePool } from './schema.ts';

// The inverse of normalise_health.ts. Fields with their default are still here: lift() leaves them out.

export function liftMonitor(id: string, monitor: Monitor): FileMonitor {
  const { type, path, port, expected_codes, expected_body, follow_redirects, retries } = monitor;
  return {
    ...{ id, type, path, port, expected_codes, expected_body, follow_redirects, retries },
    method: monitor.method as FileMonitor['method'],
    interval: monitor.interval_ms / 1_000,
    timeout: monitor.timeout_ms / 1_000,
    consecutive_up: monitor.consecutive_up,
    consecutive_down: monitor.consecutive_down,
    header: Object.fromEntries(Object.entries(monitor.headers ?? {}).map(([name, text]) => [name, [text]])),
  };
}

/** Members that were disabled are not in a normalised configuration, so a group may be empty. */
export function liftGroup(id: string, members: readonly GroupMember[]): FileGroup {
  return { id, members: members.map(({ monitor, ...rest }) => ({ monitor_id: monitor, ...rest })) };
}

/** Lifts the fields of a pool about its health. A pool with a group has the group's id in `monitor` too. */
export function liftPoolHealth({ monitor, monitor_group, check_regions, notification_filter }: Pool) {
  const everywhere = check_regions?.length === REGION_CODES.length;
  return {
    monitor: monitor_group === undefined ? monitor : undefined,
    monitor_group,
    check_regions: everywhere ? ['ALL_REGIONS'] : check_regions,
    notification_filter,
  } satisfies Partial<FilePool>;
}
