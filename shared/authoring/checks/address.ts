import { isBareIp, isIPv6, urlHost } from '../../http/address.ts';
import { canonicalHost } from '../../http/host.ts';
import { specialRange } from '../../ip/special_range.ts';
import { type DraftConfig, type DraftOrigin, type DraftPool, present } from '../draft.ts';
import type { Profile } from '../normalise.ts';
import { error, type Path, type Problem, shown, warning } from '../problem.ts';

/** Names that no public DNS knows (RFC 6761, RFC 6762, RFC 8375, and ICANN's reservation of `internal`). */
const PRIVATE_NAME = /(^|\.)(localhost|local|internal|home\.arpa)\.?$/i;

/** What a server listens at to mean every address of its machine (RFC 1122 §3.2.1.3, RFC 4291 §2.5.2). */
const UNSPECIFIED = /^(0\.0\.0\.0|::)$/;

/**
 * An address that cannot be fetched, or should not be: a proxy Worker that reaches into a private network, or back
 * into the gateway, does so for every client.
 */
export function* originAddress(
  { address, name, allow_private }: DraftOrigin,
  pool: DraftPool,
  config: DraftConfig,
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
      `got ${shown(address)}, at which no server can be reached; write the hostname of the origin`,
    );
    return;
  }
  const allowed = allow_private ?? pool.allow_private ?? false;
  const inside = specialRange(host) ?? (PRIVATE_NAME.test(host) ? 'a private name' : undefined);
  if (inside !== undefined) {
    const found = `got ${shown(address)}, which is ${inside}`;
    yield allowed
      ? warning(path, `${found}: Cloudflare does not reach it, only a runtime in the same network does`)
      : error(
          path,
          `${found}; allowed: a public hostname, or "allow_private": true on the origin or its pool`,
        );
  } else if (isBareIp(host)) {
    const type = isIPv6(host) ? 'AAAA' : 'A';
    yield error(
      path,
      `got ${shown(address)}, but the platform cannot fetch a bare IP address; make a DNS record of type ${type} ` +
        `for a hostname in your zone, such as "${name ?? 'origin'}.example.com", that points to it, and name that here`,
    );
  } else if (!allowed && isBalancer(host, config)) {
    yield error(
      path,
      `got ${shown(address)}, which a load balancer here serves: requests would come back to the gateway; allowed: the ` +
        'hostname of a server, or "allow_private": true if the gateway has a route in front of that very server',
    );
  }
}

/** The host that is connected to in the end: `0x7f.1` is 127.0.0.1. Without brackets; undefined: it is none. */
function hostOf(address: string): string | undefined {
  const url = `http://${urlHost(address)}/`;
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : undefined;
}

function isBalancer(host: string, config: DraftConfig): boolean {
  const name = canonicalHost(host);
  return [...present(config.load_balancers)].some(
    ([, balancer]) => balancer.name !== undefined && canonicalHost(balancer.name) === name,
  );
}
