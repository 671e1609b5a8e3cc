import type { Env } from './env.ts';

/** Where a request goes when the origin shall see another `Host` than its address. */
export interface HostOverride {
  /** Names the Host; the path and the port are the origin's. */
  url: string;
  cf: { resolveOverride: string };
}

/**
 * `Host` always follows the URL, so another one takes the URL; the address then is where the name is resolved.
 * The platform wants both names in the zone of this Worker and says nothing if they are not.
 * https://developers.cloudflare.com/workers/runtime-apis/request/#requestinitcfproperties
 *
 * @param url the origin's. Cut as a string, for parsing would rewrite its path
 * @param host a port in it is dropped: the platform always connects to the URL's
 * @returns undefined if nothing is to be overridden, or cannot be: the local runtime does not know
 *   `resolveOverride`, so there Host stays the address
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
