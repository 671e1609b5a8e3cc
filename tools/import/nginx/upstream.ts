import type { FileOrigin, FilePool } from '../../../shared/authoring/schema.ts';
import type { Notes } from '../output/notes.ts';
import { placeOf, whyUnreachable } from '../parts/host.ts';
import { Names } from '../parts/names.ts';
import { durationMs, fitted } from '../parts/time.ts';
import { sharesOf } from '../parts/weights.ts';
import type { Ledger } from '../report/ledger.ts';
import { type Member, memberOf } from './member.ts';
import type { Statement } from './statement.ts';
import { steeringOf } from './steering.ts';

/** What an upstream becomes. */
export interface UpstreamPools {
  /** The pool, then that of its backup servers. */
  pools: FilePool[];
  /** Number of servers, which is how often nginx tries a request. */
  servers: number;
  /** Name of the cookie that keeps sessions (`sticky cookie`). */
  sticky?: string;
}

interface Context {
  ledger: Ledger;
  notes: Notes;
  /** Of all pools. */
  names: Names;
}

/** Makes the pools of an `upstream` block. Without a server that can be taken there is none. @param scheme of `proxy_pass` */
export function poolsOf(upstream: Statement, scheme: 'http' | 'https', context: Context): UpstreamPools {
  const { ledger, names } = context;
  const block = upstream.block ?? [];
  ledger.taken(upstream);
  const members = block
    .filter(({ name }) => name === 'server')
    .flatMap((each) => memberOf(each, ledger) ?? []);
  const primary = members.filter(({ backup }) => !backup);
  const backup = members.filter((member) => member.backup);
  const id = names.take(upstream.args[0] ?? 'upstream');
  const main = pool(id, primary.length > 0 ? primary : backup, scheme, upstream, context);
  const pools = [main];
  if (primary.length > 0 && backup.length > 0) {
    for (const member of backup)
      ledger.approximated(
        member.parameter('backup'),
        'a pool of its own, which serves when the first cannot',
      );
    pools.push(pool(names.take(`${id}-backup`), backup, scheme, upstream, context));
  }
  const sticky = block.find(({ name, args }) => name === 'sticky' && args[0] === 'cookie');
  ledger.approximated(sticky, "session affinity by Plimsoll's own signed cookie");
  for (const each of block)
    if (each.name === 'queue') ledger.none(each, 'set `circuit_breaker.max_queue` with `max_inflight`');
  return {
    pools: members.length === 0 ? [] : pools,
    servers: primary.length,
    ...(sticky === undefined ? {} : { sticky: sticky.args[1] ?? '' }),
  };
}

function pool(
  name: string,
  members: readonly Member[],
  scheme: 'http' | 'https',
  upstream: Statement,
  { ledger, notes }: Context,
): FilePool {
  const { shares, scale } = sharesOf(members.map(({ weight }) => weight));
  const origin_names = new Names('origin');
  const origins = members.map((member, index): FileOrigin => {
    const share = shares[index] ?? 1;
    const origin: FileOrigin = {
      name: origin_names.take(member.port === 0 ? member.host : `${member.host}:${member.port}`),
      address: member.host,
      ...(member.port === 0 ? {} : { port: member.port }),
      ...(share === 1 ? {} : { weight: share }),
      ...(member.down ? { enabled: false } : {}),
      ...(member.drain ? { state: 'drain' as const } : {}),
      scheme,
    };
    notes.add(origin, `${member.statement.file}:${member.statement.line}`);
    return origin;
  });
  const steering = steeringOf(upstream, {
    ledger,
    scale,
    is_renamed: members.some(({ host }) => whyUnreachable(host) !== undefined),
  });
  const made: FilePool = {
    name,
    origins,
    origin_steering: steering,
    outlier_detection: ejection(members, ledger),
    ...limits(members, ledger),
  };
  notes.add(made, `${upstream.file}:${upstream.line} ${upstream.text}`);
  notes.add(made, EJECTION_NOTE, 'outlier_detection');
  return made;
}

const EJECTION_NOTE =
  'nginx: max_fails=1 fail_timeout=10s unless set. Here failures count in a row, not within fail_timeout.';

/** nginx's max_fails and fail_timeout, of the first server; a pool has one setting. */
function ejection(members: readonly Member[], ledger: Ledger): NonNullable<FilePool['outlier_detection']> {
  const [first] = members;
  const fails = Number(first?.parameter('max_fails')?.value ?? 1);
  const timeout = first?.parameter('fail_timeout');
  const seconds = (durationMs(timeout?.value ?? '10s', 's') ?? 10_000) / 1_000;
  for (const member of members)
    for (const key of ['max_fails', 'fail_timeout'] as const) {
      const found = member.parameter(key);
      const same = found?.value === first?.parameter(key)?.value;
      ledger.approximated(
        found,
        same
          ? 'failures in a row eject the origin, or none does (`outlier_detection`)'
          : 'a pool has one setting: that of the first server',
      );
    }
  if (fails === 0 || seconds === 0 || !Number.isFinite(fails)) return { enabled: false };
  const ejection_s = Math.min(3_600, Math.max(1, seconds));
  return {
    consecutive_failures: fitted(fails, 1, 1_000).value,
    base_ejection_s: ejection_s,
    max_ejection_s: ejection_s,
    max_ejection_percent: 100,
  };
}

function limits(
  members: readonly Member[],
  ledger: Ledger,
): Pick<FilePool, 'circuit_breaker' | 'slow_start'> {
  const connections = members.flatMap((member) => member.parameter('max_conns') ?? []);
  const slow = members.flatMap((member) => member.parameter('slow_start') ?? []);
  for (const each of connections)
    ledger.approximated(each, 'per isolate, and one limit a pool (`circuit_breaker.max_inflight`)');
  for (const each of slow)
    ledger.approximated(each, 'one setting a pool (`slow_start`); without a monitor only after an ejection');
  const most = Math.min(...connections.map(({ value }) => Number(value)).filter((value) => value > 0));
  const window_s = (durationMs(slow[0]?.value ?? '', 's') ?? 0) / 1_000;
  return {
    ...(Number.isFinite(most) ? { circuit_breaker: { max_inflight: fitted(most, 1, 1_000_000).value } } : {}),
    ...(window_s > 0 ? { slow_start: { window_s: Math.min(3_600, window_s) } } : {}),
  };
}

/** A pool of one, for `proxy_pass` to a host without an upstream. */
export function poolOfOne(
  directive: Statement,
  host: string,
  scheme: 'http' | 'https',
  { notes, names }: Context,
): FilePool | undefined {
  const place = placeOf(host);
  if (place === undefined) return undefined;
  const name = place.port === 0 ? place.host : `${place.host}:${place.port}`;
  const made: FilePool = {
    name: names.take(name),
    origins: [
      {
        name: new Names('origin').take(name),
        address: place.host,
        ...(place.port === 0 ? {} : { port: place.port }),
        scheme,
      },
    ],
  };
  notes.add(made, `${directive.file}:${directive.line} ${directive.text}, which names no upstream`);
  return made;
}
