import { hintOf } from '../../geo/location_hints.ts';
import { REGION_CODES } from '../../geo/regions.ts';
import { type DraftConfig, type DraftMonitor, type DraftPool, present } from '../draft.ts';
import { error, info, type Path, type Problem, warning } from '../problem.ts';

const SECONDS_A_MINUTE = 60;

/** Monitors that cannot work, and what they cost. */
export function* monitors(config: DraftConfig): Generator<Problem> {
  for (const [index, monitor] of present(config.monitors)) {
    const path = ['monitors', index];
    if (monitor.type === 'tcp' && monitor.port === 0)
      yield error([...path, 'port'], 'missing; a tcp monitor needs a port from 1 to 65535');
    for (const name of Object.keys(monitor.header ?? {}))
      if (name.toLowerCase() === 'user-agent')
        yield warning([...path, 'header', name], "has no effect: probes carry Plimsoll's own User-Agent");
  }
  yield* groups(config);
  for (const [index, pool] of present(config.pools)) yield* watching(pool, config, ['pools', index]);
}

function* groups(config: DraftConfig): Generator<Problem> {
  for (const [index, { members }] of present(config.monitor_groups)) {
    const path = ['monitor_groups', index, 'members'];
    const votes = [...present(members)].filter(
      ([, { enabled, monitoring_only }]) => enabled !== false && monitoring_only !== true,
    );
    if (members !== undefined && votes.length === 0)
      yield warning(path, 'no enabled member has a vote: the state of an origin is never known');
    for (const [at, { monitoring_only, must_be_healthy }] of present(members))
      if (monitoring_only && must_be_healthy)
        yield warning(
          [...path, at, 'must_be_healthy'],
          'has no effect: a `monitoring_only` member has no vote',
        );
  }
}

/** What probes a pool: a monitor or a group, and how often. */
function* watching(pool: DraftPool, config: DraftConfig, path: Path): Generator<Problem> {
  const { monitor, check_regions } = pool;
  const monitor_group = pool.monitor_group ?? undefined;
  if (monitor !== undefined && monitor_group !== undefined)
    yield error([...path, 'monitor_group'], 'beside `monitor`; a pool has one or the other');
  const field = monitor === undefined ? 'monitor_group' : 'monitor';
  if (monitor === undefined && monitor_group === undefined) {
    if (check_regions?.length)
      yield warning(
        [...path, 'check_regions'],
        'has no effect: the pool has no `monitor` and no `monitor_group`',
      );
    return;
  }
  const used = monitor === undefined ? membersOf(config, monitor_group) : monitorsOf(config, [monitor]);
  const intervals = used.flatMap(({ interval }) => interval ?? []);
  if (intervals.length === 0) return;
  const codes = check_regions?.includes('ALL_REGIONS')
    ? REGION_CODES
    : [...present(check_regions ?? [])].map(([, code]) => code);
  // Regions that share a location hint share a prober.
  const probers = Math.max(new Set(codes.map(hintOf)).size, 1);
  const a_minute = probers * intervals.reduce((sum, interval) => sum + SECONDS_A_MINUTE / interval, 0);
  const how = [
    ...(used.length > 1 ? [`monitors: ${used.length}`] : []),
    ...(probers > 1 ? [`probers: ${probers}`] : []),
    `origins: ${(pool.origins ?? []).length}`,
  ];
  yield info(
    [...path, field],
    `${Math.round(a_minute * 10) / 10} probes a minute per origin; ${how.join(', ')}`,
  );
}

function monitorsOf(config: DraftConfig, ids: readonly (string | undefined)[]): DraftMonitor[] {
  return [...present(config.monitors)].map(([, each]) => each).filter(({ id }) => ids.includes(id));
}

function membersOf(config: DraftConfig, group: string | undefined): DraftMonitor[] {
  const found = [...present(config.monitor_groups)].find(([, { id }]) => id === group)?.[1];
  const enabled = [...present(found?.members)].filter(([, member]) => member.enabled !== false);
  return monitorsOf(
    config,
    enabled.map(([, { monitor_id }]) => monitor_id),
  );
}
