import type { Prober } from '../../../shared/contracts/carrying.ts';

/** The proxies that are bound to this Worker. Probes take the same route as traffic. */
export interface Proxies {
  /** For origins that name no proxy. */
  PROXY: Prober;
  /** For origins that name one: `"proxy": "eu"` is `PROXY_EU`, as in the gateway. */
  [proxy: `PROXY_${string}`]: Prober;
}

/** The proxy behind a binding. Undefined: the Worker has no such binding. */
export function proberFor(proxies: Proxies, binding: string): Prober | undefined {
  return binding.startsWith('PROXY_') ? proxies[binding as `PROXY_${string}`] : proxies.PROXY;
}
