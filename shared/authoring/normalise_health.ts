import { defined } from '../defined.ts';
import { REGION_CODES } from '../geo/regions.ts';
import type { Config, Filter, GroupMember, Monitor, NotificationFilter, Pool } from '../model/config.ts';
import type { IdOf } from './ids.ts';
import type { FilledConfig, FilledMonitor, FilledPool } from './schema.ts';

type FilledGroup = FilledConfig['monitor_groups'][number];
type FilledNotification = FilledConfig['notifications'][number];

/** Normalises monitors, groups and notifications. */
export function normaliseHealth(
  { monitors, monitor_groups, notifications }: FilledConfig,
  idOf: IdOf,
): Pick<Config, 'monitors' | 'monitor_groups' | 'notifications'> {
  return {
    monitors: Object.fromEntries(monitors.map((monitor) => [monitor.id, normaliseMonitor(monitor)])),
    ...(monitor_groups.length === 0
      ? {}
      : {
          monitor_groups: Object.fromEntries(monitor_groups.map(({ id, members }) => [id, enabled(members)])),
        }),
    ...(notifications.length === 0
      ? {}
      : { notifications: notifications.map((notification) => normaliseNotification(notification, idOf)) }),
  };
}

/** Normalises the fields of a pool about its health. */
export function poolHealth(
  pool: FilledPool,
): Pick<Pool, 'monitor' | 'monitor_group' | 'check_regions' | 'notification_filter'> {
  const { monitor_group } = pool;
  // A group wins over a monitor. Its id is in both fields, so that an older reader without groups sees that health counts.
  const monitor = monitor_group ?? pool.monitor;
  const check_regions = regions(pool.check_regions ?? []);
  const notification_filter = notificationFilter(pool.notification_filter ?? {});
  return {
    ...defined({
      monitor,
      monitor_group,
      check_regions: check_regions.length > 0 ? check_regions : undefined,
    }),
    ...(Object.keys(notification_filter).length === 0 ? {} : { notification_filter }),
  };
}

function normaliseMonitor(monitor: FilledMonitor): Monitor {
  const { id, type, method, path, port, expected_codes, expected_body, follow_redirects, retries } = monitor;
  return {
    ...{ id, type, method, path, port, expected_codes, expected_body, follow_redirects, retries },
    interval_ms: monitor.interval * 1_000,
    timeout_ms: monitor.timeout * 1_000,
    consecutive_up: Math.max(1, monitor.consecutive_up),
    consecutive_down: Math.max(1, monitor.consecutive_down),
    // Several values of a header are equivalent to one joined value (RFC 9110, section 5.2).
    headers: Object.fromEntries(
      Object.entries(monitor.header)
        .filter(([, list]) => list.length > 0)
        .map(([name, list]) => [name, list.join(', ')]),
    ),
  };
}

function enabled(members: FilledGroup['members']): GroupMember[] {
  return members
    .filter((member) => member.enabled)
    .map(({ monitor_id, must_be_healthy, monitoring_only }) => ({
      monitor: monitor_id,
      ...(must_be_healthy ? { must_be_healthy } : {}),
      ...(monitoring_only ? { monitoring_only } : {}),
    }));
}

function normaliseNotification({ name, url, pools }: FilledNotification, idOf: IdOf) {
  return { name, url, ...defined({ pools: pools?.map(idOf) }) };
}

function regions(codes: NonNullable<FilledPool['check_regions']>): NonNullable<Pool['check_regions']> {
  return REGION_CODES.filter((region) => codes.includes('ALL_REGIONS') || codes.includes(region));
}

function notificationFilter({
  pool,
  origin,
}: NonNullable<FilledPool['notification_filter']>): NotificationFilter {
  return defined({ pool: filter(pool), origin: filter(origin) });
}

/** @returns undefined: every change passes */
function filter(given: NonNullable<FilledPool['notification_filter']>['pool']): Filter | undefined {
  if (given?.disable) return { disable: true };
  const healthy = given?.healthy ?? undefined;
  return healthy === undefined ? undefined : { healthy };
}
