import { type Served, serve } from '../../workerd/serve.ts';
import type { Stores } from './stores.ts';
import type { Subject } from './subject.ts';

/** Starts the process of the coordinator: the health Worker with a proxy for its probes, its ticker, and the announcer. */
export function startCoordinator(subject: Subject, stores: Stores): Promise<Served> {
  return serve({
    workers: subject.health,
    externals: {
      'kv-health': stores.kv.port,
      'health-points': stores.health.port,
      'object-calls': stores.object_calls.port,
      'control-calls': stores.control_calls.port,
    },
    sockets: subject.coordinated ? ['ticker', 'announcer'] : ['ticker'],
    rpc_sockets: Object.fromEntries(controls(subject).map((name) => [name, 0])),
  });
}

/**
 * Starts the process of a gateway, with a selector and a proxy of its own.
 * @param centre number of its data centre, from 0
 */
export async function startGateway(
  subject: Subject,
  stores: Stores,
  centre: number,
  coordinator: Served,
): Promise<Served> {
  const { kv, cache } = stores.centres[centre] ?? {};
  if (kv === undefined || cache === undefined) throw new Error(`there is no data centre ${centre}`);
  return serve({
    workers: subject.gateway,
    externals: {
      'kv-gateway': kv.gateway.port,
      'kv-selector': kv.selector.port,
      'cache-gateway': cache.gateway.port,
      'cache-selector': cache.selector.port,
      traffic: stores.traffic.port,
      'health-points': stores.health.port,
    },
    remotes: Object.fromEntries(controls(subject).map((name) => [name, coordinator.ports[name] ?? 0])),
    sockets: ['gateway'],
  });
}

/** Names of the Workers through which gateways and selectors reach the coordinator. */
function controls({ health }: Subject): string[] {
  return Object.keys(health).filter((name) => name.startsWith('control-'));
}
