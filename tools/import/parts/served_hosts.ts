import { canonicalHost, canonicalPath } from '../../../shared/http/host.ts';
import { labelOf } from './host.ts';

const HOST =
  /^(\*|(\*\.)?[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?)$/;

/** The hosts and paths that load balancers serve. Each pair can have one load balancer. */
export class ServedHosts<Owner extends object = object> {
  readonly #owners = new Map<string, Owner>();
  /** Placeholders that were given out. */
  readonly unnamed: string[] = [];

  /**
   * Takes a host and a path for a load balancer.
   * @param owner the object of the source, such as a server. One owner gets the same host for all its paths.
   * @param hint names a placeholder, which ends with `.invalid`, where another owner has this host
   * @returns undefined: the owner has this host and path already
   */
  take(owner: Owner, host: string, path: string, hint: string): string | undefined {
    const free = this.hostFor(owner, host, hint);
    const key = keyOf(free, path);
    if (this.#owners.has(key)) return undefined;
    this.#owners.set(key, owner);
    return free;
  }

  /** The owner of a host. */
  holderOf(host: string): Owner | undefined {
    return this.#owners.get(canonicalHost(host));
  }

  /** The host under which an owner serves. */
  hostFor(owner: Owner, host: string, hint: string): string {
    const candidates = [host, `${labelOf(hint)}.invalid`];
    for (let n = 2; ; n++) {
      const [name = host] = candidates.splice(0, 1);
      const holder = this.#owners.get(canonicalHost(name));
      if (holder === undefined || holder === owner) {
        if (holder === undefined && name !== host) this.unnamed.push(name);
        this.#owners.set(canonicalHost(name), owner);
        return name;
      }
      candidates.push(`${labelOf(hint).slice(0, 50)}-${n}.invalid`);
    }
  }
}

function keyOf(host: string, path: string): string {
  return `${canonicalHost(host)} ${canonicalPath(path)}`;
}

/** Whether a text can be the `name` of a load balancer. */
export function isServable(host: string): boolean {
  return HOST.test(host) && (host.startsWith('*') || URL.canParse(`http://${host}/`));
}
