import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as v from 'valibot';
import { normalise } from '../../shared/authoring/normalise.ts';
import { ConfigSchema } from '../../shared/authoring/schema.ts';
import { CONFIG_KEY, type ConfigDocument } from '../../shared/model/config.ts';
import type { Topology } from '../workerd/capnp.ts';
import { plimsollWorkers } from '../workerd/plimsoll.ts';
import { type Served, serve } from '../workerd/serve.ts';
import { startChild } from './child.ts';
import { canPin } from './cpu.ts';
import { loadRound } from './load_round.ts';
import { interleave, type Round } from './rounds.ts';
import { bareWorker, emptyChain } from './stub_workers.ts';

/** The targets, cheapest first. */
export const CHAIN_TARGETS = ['bare', 'floor', 'plimsoll'] as const;
export type ChainTarget = (typeof CHAIN_TARGETS)[number];

export interface ChainOptions {
  rounds: number;
  /** Length of one round. */
  seconds: number;
  /** Concurrent keep-alive connections. */
  connections: number;
}

export interface ChainResult {
  rounds: Record<ChainTarget, Array<Round | undefined>>;
  /** Whether workerd had its own processor. */
  pinned: boolean;
}

/** Load before the first round, in which code is compiled and connections are opened. */
const WARM_UP_SECONDS = 1;

/**
 * Measures the cost of a bare forwarding Worker, of an empty gateway with an empty proxy, and of Plimsoll with `round_robin`
 * over three origins and without metrics. Each runs in its own plain workerd.
 */
export async function benchChain(options: ChainOptions): Promise<ChainResult> {
  const pinned = canPin();
  const stops: Array<() => unknown> = [];
  try {
    const origins = await startChild<number[]>('./origins.ts', pinned ? 1 : undefined);
    stops.push(() => origins.child.kill());
    const load = await startChild<string>('./load.ts', pinned ? 1 : undefined);
    stops.push(() => load.child.kill());

    const config = configOf(origins.first);
    const kv = await serveConfig(config);
    stops.push(kv.stop);
    const origin = `http://127.0.0.1:${origins.first[0]}`;
    const topologies: Record<ChainTarget, Topology> = {
      bare: { workers: bareWorker(origin), externals: {}, sockets: ['gateway'] },
      floor: { workers: emptyChain(origin), externals: {}, sockets: ['gateway'] },
      plimsoll: {
        workers: await plimsollWorkers(
          { proxy: 'real', selector: 'real', gateway: 'real' },
          { kv: 'kv' },
          config,
        ),
        externals: { kv: kv.port },
        sockets: ['gateway'],
      },
    };
    const served = new Map<ChainTarget, Served>();
    for (const target of CHAIN_TARGETS) {
      const process = await serve(topologies[target], { cpu: pinned ? 0 : undefined });
      stops.push(process.stop);
      served.set(target, process);
    }

    const { connections } = options;
    const measure = (target: ChainTarget, seconds = options.seconds): Promise<Round> => {
      const { pid = 0, ports = {} } = served.get(target) ?? {};
      const url = `http://127.0.0.1:${ports['gateway']}/`;
      return loadRound(load.child, pid, { url, connections, seconds });
    };
    for (const target of CHAIN_TARGETS) await measure(target, WARM_UP_SECONDS);
    return { rounds: await interleave(CHAIN_TARGETS, options.rounds, measure), pinned };
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

function configOf(ports: readonly number[]): ConfigDocument {
  const file = {
    load_balancers: [{ name: '*', default_pools: ['bench'] }],
    pools: [
      {
        name: 'bench',
        origin_steering: { policy: 'round_robin' },
        origins: ports.map((port) => ({ name: `origin-${port}`, address: '127.0.0.1', port })),
      },
    ],
  };
  const config = normalise(v.parse(ConfigSchema, file), { profile: 'local' });
  return { format: 1, version: 1, hash: '', published_at: '1970-01-01T00:00:00.000Z', config };
}

/** KV with one key, behind workerd's `kvNamespace` binding. 404 means that there is no such key. */
async function serveConfig(config: ConfigDocument): Promise<{ port: number; stop: () => void }> {
  const server = createServer((request, response) => {
    if (request.url?.startsWith(`/${CONFIG_KEY}?`)) response.end(JSON.stringify(config));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
