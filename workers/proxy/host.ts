import type { Env } from './env.ts';

/** How to send an origin a `Host` that differs from its address. */
export interface HostOverride {
  /** The origin's URL with the `Host` in place of the address. Port and path stay. */
  url: string;
  cf: { resolveOverride: string };
}

/**
 * The runtime always derives `Host` from the URL. To send another `Host`, the URL must name it, and `resolveOverride` names the
 * address to connect to. The platform requires both names to be in this Worker's zone, and ignores the override silently if not.
 * https://developers.cloudflare.com/workers/runtime-apis/request/#requestinitcfproperties
 *
 * @param url the origin's URL. It is cut as a string, because parsing would rewrite its path
 * @param host the wanted `Host`. Its port is dropped, because the platform connects to the port of the URL
 * @returns undefined if `host` is the address already, or the runtime (as the local one) does not support `resolveOverride`
 */
export function overrideHost(
  url: string,
  host: string | undefined,
  env: Pick<Env, 'RESOLVE_OVERRIDE'>,
): HostOverride | undefined {
  if (host === undefined || env.RESOLVE_OVERRIDE !== 'on') return undefined;
  const start = url.indexOf('://') + 3;
  const slash = url.indexOf('/', start);
  const end = slash === -1 ? url.length : slash;
  const [address, port] = splitPort(url.slice(start, end));
  const [name] = splitPort(host);
  if (name.toLowerCase() === address.toLowerCase()) return undefined;
  return { url: url.slice(0, start) + name + port + url.slice(end), cf: { resolveOverride: address } };
}

/** `a:1` -> `a` and `:1`; `[::1]` -> `[::1]` and ``. */
function splitPort(authority: string): [host: string, port: string] {
  const colon = authority.lastIndexOf(':');
  return colon > authority.lastIndexOf(']')
    ? [authority.slice(0, colon), authority.slice(colon)]
    : [authority, ''];
}
