import type { Balancer } from '../../../shared/model/config.ts';

/** Enabled balancers by host. Each list has the longest path first. */
export type Matcher = ReadonlyMap<string, readonly Balancer[]>;

/** Prepares the enabled balancers of a configuration for {@link match}. */
export function compileMatcher(balancers: readonly Balancer[]): Matcher {
  const enabled = balancers.filter((balancer) => balancer.enabled);
  const by_host = Map.groupBy(enabled, ({ host }) => host);
  for (const list of by_host.values()) list.sort((a, b) => b.path.length - a.path.length);
  return by_host;
}

/**
 * Finds the balancer for a host and path. The exact host comes first, then the longest `*.` wildcard (at any depth, as in DNS),
 * then `*`. Among the balancers of a host, the longest path prefix wins. If none of its paths matches, the next less specific
 * host is considered.
 */
export function match(matcher: Matcher, host: string, path: string): Balancer | undefined {
  const exact = byPath(matcher.get(host), path);
  if (exact !== undefined) return exact;
  for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
    const wildcard = byPath(matcher.get(`*${host.slice(dot)}`), path);
    if (wildcard !== undefined) return wildcard;
  }
  return byPath(matcher.get('*'), path);
}

function byPath(list: readonly Balancer[] | undefined, path: string): Balancer | undefined {
  return list?.find((balancer) => isPrefix(balancer.path, path));
}

/** Whether `prefix` covers `path` by whole segments: `/api` covers `/api` and `/api/x`, not `/apiary`. */
function isPrefix(prefix: string, path: string): boolean {
  if (prefix === '/') return true;
  return (
    path.startsWith(prefix) && (path.length === prefix.length || path.charCodeAt(prefix.length) === 0x2f)
  );
}
