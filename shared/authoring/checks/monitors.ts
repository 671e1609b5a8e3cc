import { hintOf } from '../../geo/location_hints.ts';
import { REGION_CODES } from '../../geo/regions.ts';
import { type DraftConfig, type DraftMonitor, type DraftPool, items, placed } from '../draft.ts';
import type { Profile } from '../normalise.ts';
import { error, info, type Path, type Problem, warning } from '../problem.ts';
import { hopelessProbe, probePort } from './hopeless_probe.ts';
import { namedMonitors } from './pools.ts';

const SECONDS_A_MINUTE = 60;

/** Monitors that cannot work, and the number of probes. */
export function* monitors(config: DraftConfig, profile: Profile): Generator<Problem> {
  const used = new Set(namedMonitors(config));
  for (const [path, monitor] of placed(config.monitors, 'monitors')) {
    yield* monitor.type === 'tcp' ? tcp(monitor, path) : http(monitor, path);
    yield* pace(monitor, path);
    // An unused monitor brings no origin down, so its errors become warnings: a fetched account may contain some.
    const is_used = used.has(monitor.id);
    for (const problem of hopelessProbe(monitor, path, profile))
      yield is_used ? problem : warning(problem.path, problem.message);
  }
  yield* groups(config);
  for (const [path, pool] of placed(config.pools, 'pools')) yield* watching(pool, config, path, profile);
}

/** Defaults of an http monitor. Any other value was set in the file. */
const HTTP_DEFAULTS = {
  path: '/',
  expected_codes: '2xx',
  expected_body: '',
  follow_redirects: false,
} as const;

function* tcp(monitor: DraftMonitor, path: Path): Generator<Problem> {
  if (monitor.port === 0)
    yield error([...path, 'port'], 'missing; a tcp monitor needs a port from 1 to 65535');
  const set = Object.entries(HTTP_DEFAULTS).flatMap(([field, standard]) => {
    const value = monitor[field as keyof typeof HTTP_DEFAULTS];
    return value === undefined || value === standard ? [] : [field];
  });
  if (Object.keys(monitor.header ?? {}).length > 0) set.push('header');
  const so = 'has no effect: a tcp monitor only connects; set `type` to "http", or remove it';
  for (const field of set) yield warning([...path, field], so);
}

/** Headers of the connection, which the runtime makes (RFC 9110, 7.6.1), and of the message's framing. */
const OF_CONNECTION = /^(connection|content-length|keep-alive|te|trailer|transfer-encoding|upgrade)$/i;

function* http({ method, header, type }: DraftMonitor, path: Path): Generator<Problem> {
  if (type !== undefined && method === 'connection_established')
    yield error([...path, 'method'], `got "connection_established", which only tcp monitors have; set "GET"`);
  for (const name of Object.keys(header ?? {})) {
    const place = [...path, 'header', name];
    if (name.toLowerCase() === 'user-agent')
      yield warning(place, "has no effect: probes carry Plimsoll's own User-Agent; remove it");
    else if (OF_CONNECTION.test(name))
      yield warning(place, 'has no effect: the runtime sets connection headers itself; remove it');
  }
}

/** Probes that can last longer than their interval. */
function* pace({ interval, timeout, retries = 0 }: DraftMonitor, path: Path): Generator<Problem> {
  if (interval === undefined || timeout === undefined) return;
  const longest = timeout * (1 + retries);
  if (longest <= interval) return;
  const how =
    retries > 0 ? `${timeout} s and ${retries} retries make up to ${longest} s` : `got ${timeout} s`;
  yield warning(
    [...path, 'timeout'],
    `${how}, more than the \`interval\` of ${interval} s: a silent origin is probed less often; ` +
      'lower it or raise `interval`',
  );
}

function* groups(config: DraftConfig): Generator<Problem> {
  for (const [at, { members }] of placed(config.monitor_groups, 'monitor_groups')) {
    const path = [...at, 'members'];
    const some = items(members).some((member) => member.enabled !== false && member.monitoring_only !== true);
    const unknown = 'so the state of an origin is never known; enable one with a vote';
    if (members !== undefined && !some) yield warning(path, `no enabled member has a vote, ${unknown}`);
    const so = 'has no effect: a `monitoring_only` member has no vote; remove one';
    for (const [place, { monitoring_only, must_be_healthy }] of placed(members, ...path))
      if (monitoring_only && must_be_healthy) yield warning([...place, 'must_be_healthy'], so);
  }
}

/** The monitor or group of a pool, and how often it probes. */
function* watching(pool: DraftPool, config: DraftConfig, path: Path, profile: Profile): Generator<Problem> {
  const { monitor, monitor_group, check_regions } = pool;
  if (monitor !== undefined && monitor_group !== undefined)
    yield warning(
      [...path, 'monitor'],
      'has no effect: `monitor_group` is set and probes instead; remove one',
    );
  const field = monitor_group === undefined ? 'monitor' : 'monitor_group';
  if (monitor === undefined && monitor_group === undefined) {
    const { panic_threshold_percent, degraded_weight } = pool;
    const idle = { check_regions: check_regions?.length, panic_threshold_percent, degraded_weight };
    for (const [field, value] of Object.entries(idle))
      if (value)
        yield warning([...path, field], 'has no effect without a `monitor` or `monitor_group`; set one');
    return;
  }
  const used = monitor_group === undefined ? monitorsOf(config, [monitor]) : membersOf(config, monitor_group);
  yield* probePort(pool, used, path, profile);
  const intervals = used.flatMap(({ interval }) => interval ?? []);
  if (intervals.length === 0) return;
  const codes = check_regions?.includes('ALL_REGIONS') ? REGION_CODES : items(check_regions);
  // Regions that share a location hint share a prober.
  const probers = Math.max(new Set(codes.map(hintOf)).size, 1);
  const a_minute = probers * intervals.reduce((sum, interval) => sum + SECONDS_A_MINUTE / interval, 0);
  const how = [
    ...(used.length > 1 ? [`monitors: ${used.length}`] : []),
    ...(probers > 1 ? [`probers: ${probers}`] : []),
    `origins: ${(pool.origins ?? []).length}`,
  ];
  const rounded = Math.round(a_minute * 10) / 10;
  yield info([...path, field], `${rounded} probes a minute per origin; ${how.join(', ')}`);
}

function monitorsOf(config: DraftConfig, ids: readonly (string | undefined)[]): DraftMonitor[] {
  return items(config.monitors).filter(({ id }) => ids.includes(id));
}

function membersOf(config: DraftConfig, group: string | undefined): DraftMonitor[] {
  const found = items(config.monitor_groups).find(({ id }) => id === group);
  const enabled = items(found?.members).filter((member) => member.enabled !== false);
  const ids = enabled.map(({ monitor_id }) => monitor_id);
  return monitorsOf(config, ids);
}
