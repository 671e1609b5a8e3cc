import { defined } from '../defined.ts';
import { REGION_CODES } from '../geo/regions.ts';
import type { Config, Filter, GroupMember, Monitor, NotificationFilter, Pool } from '../model/config.ts';
import type { IdOf } from './ids.ts';
import type { FilledConfig, FilledMonitor, FilledPool } from './schema.ts';

type FilledGroup = FilledConfig['monitor_groups'][number];

/** Normalises monitors, groups and notifications. */
export function normaliseHealth(
  { monitors, monitor_groups, notifications }: FilledConfig,
  idOf: IdOf,
): Pick<Config, 'monitors' | 'monitor_groups' | 'notifications'> {
  const groups = monitor_groups.map(({ id, members }) => [id, enabled(members)] as const);
  const webhooks = notifications.map(({ name, url, template, pools }) => ({
    ...{ name, url },
    ...defined({ template: template === 'standard' ? undefined : template, pools: pools?.map(idOf) }),
  }));
  return {
    monitors: Object.fromEntries(monitors.map((monitor) => [monitor.id, normaliseMonitor(monitor)])),
    ...defined({
      monitor_groups: groups.length === 0 ? undefined : Object.fromEntries(groups),
      notifications: webhooks.length === 0 ? undefined : webhooks,
    }),
  };
}

/** Normalises the fields of a pool about its health. */
export function poolHealth(
  pool: FilledPool,
): Pick<Pool, 'monitor' | 'monitor_group' | 'check_regions' | 'notification_filter'> {
  const { monitor_group } = pool;
  // A group wins over a monitor. Its id is in both fields, so that an older reader without groups sees that health counts.
  const monitor = monitor_group ?? pool.monitor;
  const codes = pool.check_regions ?? [];
  const check_regions = REGION_CODES.filter((code) => codes.includes('ALL_REGIONS') || codes.includes(code));
  const { pool: own, origin } = pool.notification_filter ?? {};
  const notification_filter: NotificationFilter = defined({ pool: filter(own), origin: filter(origin) });
  return defined({
    monitor,
    monitor_group,
    check_regions: check_regions.length > 0 ? check_regions : undefined,
    notification_filter: Object.keys(notification_filter).length > 0 ? notification_filter : undefined,
  });
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

/** @returns undefined: every change passes */
function filter(given: NonNullable<FilledPool['notification_filter']>['pool']): Filter | undefined {
  if (given?.disable) return { disable: true };
  return given?.healthy === undefined ? undefined : { healthy: given.healthy };
}
