import type { ConfigFile, FileOrigin } from '../../../shared/authoring/schema.ts';
import { hostAndPort, isIPv6 } from '../../../shared/http/address.ts';
import { canonicalHost } from '../../../shared/http/host.ts';
import type { Notes } from '../output/notes.ts';
import { labelOf, publicIp, whyUnreachable } from './host.ts';
import type { HostMap } from './host_map.ts';

/** A host of the source that no Worker can reach. */
interface Unreachable {
  /** `relay:3000`, as the source names it. */
  source: string;
  /** Without its port. */
  host: string;
  /** The placeholder in the configuration. It ends with `.invalid`, which never resolves (RFC 2606). */
  address: string;
  why: string;
}

/** The hosts of the source that need a name. */
export interface HostReport {
  unreachable: Unreachable[];
  /** A DNS record a line. */
  records: string[];
}

/**
 * Replaces the addresses of origins that no Worker can reach: by what `map` names, else by a placeholder. It changes `config`.
 * @param config origins with the addresses of the source
 */
export function makeReachable(config: ConfigFile, map: HostMap, notes: Notes): HostReport {
  const balancers = new Set((config.load_balancers ?? []).map(({ name }) => canonicalHost(name)));
  const placeholders = new Placeholders();
  const unreachable = new Map<string, Unreachable>();
  const records = new Set<string>();
  for (const { origins } of config.pools ?? [])
    for (const origin of origins) {
      const host = origin.address;
      const source = origin.port ? hostAndPort(host, origin.port) : host;
      const named = map.get(source.toLowerCase()) ?? map.get(host.toLowerCase());
      if (named !== undefined) {
        notes.add(origin, `${source} in the source`);
        rename(origin, named);
        continue;
      }
      const why =
        whyUnreachable(host) ??
        (balancers.has(canonicalHost(host))
          ? 'the host of a load balancer, so requests would come back'
          : undefined);
      if (why === undefined) continue;
      const address = placeholders.of(host, source);
      notes.add(
        origin,
        `${source} in the source, which no Worker can reach; write its public hostname as address`,
      );
      origin.address = address;
      unreachable.set(source, { source, host, address, why });
      records.add(recordOf(host, source, address.replace(/\.invalid$/, '')));
    }
  return { unreachable: [...unreachable.values()], records: [...records] };
}

/** A port that the map does not name stays. Port 443 speaks https. */
function rename(origin: FileOrigin, { host, port }: { host: string; port: number }): void {
  origin.address = host;
  if (port === 0) return;
  if (port === 443) {
    origin.scheme = 'https';
    delete origin.port;
  } else origin.port = port;
}

function recordOf(host: string, source: string, label: string): string {
  if (publicIp(host)) return `${label}  ${isIPv6(host) ? 'AAAA' : 'A'}  ${host}`;
  return `${label}  CNAME  TUNNEL.cfargotunnel.com  (a Cloudflare Tunnel that reaches ${source})`;
}

/** Gives each host a placeholder of its own, and each port of a private host, because a tunnel's hostname leads to one port. */
class Placeholders {
  readonly #by_key = new Map<string, string>();
  readonly #taken = new Set<string>();

  of(host: string, source: string): string {
    const key = publicIp(host) ? host : source;
    const known = this.#by_key.get(key);
    if (known !== undefined) return known;
    const label = this.#taken.has(labelOf(host)) ? labelOf(source) : labelOf(host);
    let free = label;
    for (let n = 2; this.#taken.has(free); n++) free = `${label.slice(0, 55)}-${n}`;
    this.#taken.add(free);
    this.#by_key.set(key, `${free}.invalid`);
    return `${free}.invalid`;
  }
}
