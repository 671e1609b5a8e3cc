import { readdirSync } from 'node:fs';
import { bindingName } from '../../shared/http/address.ts';
import type { Config } from '../../shared/model/config.ts';
import { ROOT } from './root.ts';

/** A proxy Worker in addition to the ordinary one. A pool or an origin asks for it with `"proxy": "eu"`. */
export interface ExtraProxy {
  /** `proxy-eu`, as in `wrangler.proxy-eu.toml`. */
  name: string;
  /** The binding under which the gateway and the health Worker call it: `PROXY_EU`. */
  binding: string;
}

/** A service binding, as a `wrangler.*.toml` writes it. */
export interface ServiceBinding {
  binding: string;
  service: string;
  entrypoint?: string;
}

/** The extra proxies that a configuration names, without duplicates and sorted by binding. */
export function namedProxies(config: Config): ExtraProxy[] {
  const origins = Object.values(config.pools).flatMap((pool) => pool.origins);
  const bindings = new Set(origins.map(({ proxy }) => proxy));
  bindings.delete('PROXY');
  return [...bindings]
    .sort()
    .map((binding) => ({ binding, name: binding.toLowerCase().replaceAll('_', '-') }));
}

/** The extra proxies that can be deployed, which are those with a `wrangler.proxy-<name>.toml`, sorted by name. */
export function deployableProxies(root: string = ROOT): ExtraProxy[] {
  return readdirSync(root)
    .flatMap((file) => /^wrangler\.proxy-([\w-]+)\.toml$/.exec(file)?.[1] ?? [])
    .sort()
    .map((name) => ({ name: `proxy-${name}`, binding: bindingName('PROXY', name) }));
}

/** The Workers that call proxies, with the entrypoint that they call. Requests are fetched; probes are RPC calls. */
const CALLERS: Readonly<Record<string, { entrypoint?: string }>> = {
  gateway: {},
  health: { entrypoint: 'Probes' },
};

/** Whether a Worker calls proxies. */
export function callsProxies(worker: string): boolean {
  return Object.hasOwn(CALLERS, worker);
}

/**
 * Adds the bindings to extra proxies to a Worker's service bindings, if it calls proxies. A binding that is already there
 * stays as it is.
 * @param extra the binding of each extra proxy, and the name under which it is deployed: `plimsoll-proxy-eu`
 */
export function withProxies(
  worker: string,
  services: readonly ServiceBinding[],
  extra: ReadonlyArray<{ binding: string; service: string }>,
): ServiceBinding[] {
  const missing = extra.filter(
    ({ binding }) => callsProxies(worker) && !services.some((service) => service.binding === binding),
  );
  return [...services, ...missing.map((proxy) => ({ ...proxy, ...CALLERS[worker] }))];
}
