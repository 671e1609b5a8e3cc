import { isBareIp, isIPv6, urlHost } from '../../http/address.ts';
import { canonicalHost } from '../../http/host.ts';
import { specialRange } from '../../ip/special_range.ts';
import { type DraftConfig, type DraftOrigin, type DraftPool, items, placed } from '../draft.ts';
import type { Profile } from '../normalise.ts';
import { error, type Path, type Problem, shown, warning } from '../problem.ts';

/** Origins with an address that cannot be fetched or headers that cannot be sent. */
export function* origins(config: DraftConfig, profile: Profile): Generator<Problem> {
  const hosts = items(config.load_balancers).flatMap(({ name }) => name ?? []);
  const balancers = new Set(hosts.map(canonicalHost));
  for (const [path, pool] of placed(config.pools, 'pools'))
    for (const [at, origin] of placed(pool.origins, ...path, 'origins')) {
      yield* originAddress(origin, pool, balancers, [...at, 'address'], profile);
      yield* header(origin, [...at, 'header'], profile);
    }
}

function* header({ address, header }: DraftOrigin, path: Path, profile: Profile): Generator<Problem> {
  const hosts: string[] = [];
  for (const [name, list] of Object.entries(header ?? {})) {
    if (name.toLowerCase() === 'host') hosts.push(...items(list));
    else yield error([...path, name], 'only "Host" can be set for an origin; remove it');
  }
  if (hosts.length > 1) yield error(path, `got ${hosts.length} values of Host; allowed: one`);
  const host = hosts[0];
  if (host === undefined || host === address) return;
  yield warning(
    path,
    profile === 'local'
      ? `Host ${shown(host)} has no effect locally: Host follows the address there`
      : `Host ${shown(host)} needs both ${shown(host)} and ${shown(address)} in your own zone; otherwise the ` +
          'platform silently ignores it and sends the address as Host',
  );
}

/** Names outside public DNS (RFC 6761, RFC 6762, RFC 8375, and ICANN's reservation of `internal`). */
const PRIVATE_NAME = /(^|\.)(localhost|local|internal|home\.arpa)\.?$/i;

/** Addresses on which servers listen to mean all interfaces (RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.2). */
const UNSPECIFIED = /^(0\.0\.0\.0|::)$/;

/**
 * An address that cannot or should not be fetched. A proxy Worker that reaches into a private network, or back into the
 * gateway, would do so for every client.
 * @param balancers the hosts of all load balancers
 */
function* originAddress(
  { address, name, allow_private }: DraftOrigin,
  pool: DraftPool,
  balancers: ReadonlySet<string>,
  path: Path,
  profile: Profile,
): Generator<Problem> {
  if (address === undefined) return;
  const host = hostOf(address);
  if (host === undefined) {
    yield error(path, `got ${shown(address)}; allowed: a hostname without scheme, port or path`);
    return;
  }
  if (profile === 'local') return;
  if (UNSPECIFIED.test(host)) {
    yield error(
      path,
      `got ${shown(address)}, which no client can connect to; write the hostname of the origin`,
    );
    return;
  }
  const allowed = allow_private ?? pool.allow_private ?? false;
  const inside = insideOf(host);
  if (inside !== undefined) {
    const found = `got ${shown(address)}, which is ${inside}`;
    yield allowed
      ? warning(path, `${found}: Cloudflare cannot reach it; only a runtime in the same network can`)
      : error(
          path,
          `${found}; allowed: a public hostname, or "allow_private": true on the origin or its pool`,
        );
  } else if (isBareIp(host)) {
    const type = isIPv6(host) ? 'AAAA' : 'A';
    yield error(
      path,
      `got ${shown(address)}, but the platform cannot fetch a bare IP address; add a DNS record of type ${type} ` +
        `for a hostname in your zone, such as "${name ?? 'origin'}.example.com", and write that hostname here`,
    );
  } else if (!allowed && balancers.has(canonicalHost(host))) {
    yield error(
      path,
      `got ${shown(address)}, the host of one of these load balancers: requests would come back to the gateway; write the ` +
        'hostname of a server, or set "allow_private": true if this server is behind a route of the gateway',
    );
  }
}

/**
 * Whether an address is refused in production unless `allow_private` is set.
 * @param balancers the hosts of all load balancers
 */
export function needsAllowPrivate(address: string, balancers: ReadonlySet<string>): boolean {
  const host = hostOf(address);
  return host !== undefined && (insideOf(host) !== undefined || balancers.has(canonicalHost(host)));
}

/** The private range or name that a host belongs to, in words. Undefined: none. */
function insideOf(host: string): string | undefined {
  return specialRange(host) ?? (PRIVATE_NAME.test(host) ? 'a private name' : undefined);
}

/** The host as the URL parser reads it, without brackets: `0x7f.1` is 127.0.0.1. Undefined: it is not a host. */
function hostOf(address: string): string | undefined {
  const url = `http://${urlHost(address)}/`;
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : undefined;
}
