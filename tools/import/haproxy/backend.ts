import type { FileBalancer, FileMonitor, FileOrigin, FilePool } from '../../../shared/authoring/schema.ts';
import type { Notes } from '../output/notes.ts';
import { Names } from '../parts/names.ts';
import { durationMs, fitted } from '../parts/time.ts';
import { sharesOf } from '../parts/weights.ts';
import type { Ledger } from '../report/ledger.ts';
import { monitorOf } from './monitor.ts';
import type { Line } from './parse.ts';
import { affinityOf, resilienceOf } from './resilience.ts';
import { classifyOptions, type Server, serversOf } from './server.ts';
import type { Settings } from './settings.ts';
import { steeringOf } from './steering.ts';

/** What a backend becomes. */
export interface Backend {
  name: string;
  /** The pool, then that of its backup servers. */
  pools: FilePool[];
  monitors: FileMonitor[];
  /** Fields of the load balancers that use it. */
  resilience: Pick<FileBalancer, 'retry' | 'timeouts'>;
  /** The lines of the backend that set them. */
  resilience_lines: Line[];
  affinity: Pick<FileBalancer, 'session_affinity' | 'session_affinity_attributes'>;
}

interface Context {
  ledger: Ledger;
  notes: Notes;
  /** Of all pools and monitors. */
  names: Names;
}

/** Makes the pools and the monitor of a `backend` or `listen`. Undefined: it has no server that can be taken. */
export function backendOf(settings: Settings, context: Context): Backend | undefined {
  const { ledger, names, notes } = context;
  const servers = serversOf(settings, ledger);
  const primary = servers.filter(({ backup }) => !backup);
  const backup = servers.filter((server) => server.backup);
  if (servers.length === 0) return undefined;
  const id = names.take(settings.section.name);
  const monitor = monitorOf(settings, servers, names.take(`${id}-check`), ledger);
  if (monitor !== undefined)
    notes.add(monitor, 'HAProxy: inter 2s fall 3 rise 2 unless set. Here 5 s is the shortest interval.');
  const pools = [pool(id, primary.length > 0 ? primary : backup, settings, monitor, context)];
  if (primary.length > 0 && backup.length > 0) {
    const second = pool(names.take(`${id}-backup`), backup, settings, monitor, context);
    const all = settings.option('allbackups');
    ledger.taken(all);
    // HAProxy uses one backup server after the other.
    if (all === undefined) second.origin_steering = { policy: 'off' };
    pools.push(second);
  }
  for (const { options } of servers) classifyOptions(options, ledger);
  return {
    name: settings.section.name,
    pools,
    monitors: monitor === undefined ? [] : [monitor],
    resilience: resilienceOf(settings, context),
    resilience_lines: settings.section.lines.filter(({ text }) =>
      /^(retries|retry-on|timeout (server|tunnel)) /.test(text),
    ),
    affinity: affinityOf(settings, ledger),
  };
}

function pool(
  name: string,
  servers: readonly Server[],
  settings: Settings,
  monitor: FileMonitor | undefined,
  { ledger, notes }: Context,
): FilePool {
  const { shares } = sharesOf(servers.map(({ weight }) => weight));
  const names = new Names('origin');
  const origins = servers.map((server, index): FileOrigin => {
    const share = shares[index] ?? 1;
    const origin: FileOrigin = {
      name: names.take(server.name),
      address: server.host,
      ...(server.port === 0 ? {} : { port: server.port }),
      ...(share === 1 ? {} : { weight: share }),
      ...(server.is_disabled ? { state: 'maintenance' as const } : {}),
      scheme: server.is_secure ? 'https' : 'http',
    };
    notes.add(origin, `${server.line.file}:${server.line.line}`);
    return origin;
  });
  const { file, line, text } = settings.section.head;
  const made: FilePool = {
    name,
    origins,
    ...(monitor === undefined ? {} : { monitor: monitor.id }),
    origin_steering: steeringOf(settings, ledger),
    // HAProxy takes a server out by its checks only, unless `observe` is set.
    outlier_detection: {
      enabled: servers.some(({ options }) => options.some(({ key }) => key === 'observe')),
    },
    ...limits(servers, settings, ledger),
  };
  notes.add(made, `${file}:${line} ${text}`);
  notes.add(made, 'HAProxy: failed requests eject no server, only failed checks do.', 'outlier_detection');
  return made;
}

function limits(
  servers: readonly Server[],
  settings: Settings,
  ledger: Ledger,
): Pick<FilePool, 'circuit_breaker' | 'slow_start'> {
  const of = (key: string) =>
    servers.flatMap(({ options }) => options.find((option) => option.key === key) ?? []);
  const most = Math.min(
    ...of('maxconn')
      .map(({ value }) => Number(value))
      .filter((value) => value > 0),
  );
  const queue = settings.last('timeout', 'queue') ?? settings.last('timeout', 'connect');
  const queue_ms = durationMs(queue?.words[2] ?? '', 'ms') ?? 5_000;
  for (const each of of('maxconn'))
    ledger.approximated(each, 'per isolate, and one limit a pool (`circuit_breaker.max_inflight`)');
  for (const each of of('maxqueue')) ledger.none(each, 'set `circuit_breaker.max_queue`');
  const timeout = settings.last('timeout', 'queue');
  if (Number.isFinite(most))
    ledger.approximated(timeout, 'a queue of 100 requests an isolate, at most 60 s (`queue_ms`)');
  else ledger.none(timeout, 'no server has a maxconn, so nothing queues');
  const slow = of('slowstart');
  for (const each of slow) ledger.approximated(each, 'one setting a pool (`slow_start`)');
  const window_s = (durationMs(slow[0]?.value ?? '', 'ms') ?? 0) / 1_000;
  return {
    ...(Number.isFinite(most)
      ? {
          circuit_breaker: {
            max_inflight: fitted(most, 1, 1_000_000).value,
            max_queue: 100,
            queue_ms: fitted(queue_ms, 1, 60_000).value,
          },
        }
      : {}),
    ...(window_s > 0 ? { slow_start: { window_s: Math.min(3_600, window_s) } } : {}),
  };
}
