import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { ConfigFile } from '../../shared/authoring/schema.ts';
import { configFrom, POOL } from '../../tools/harness/config.ts';
import { type Plimsoll, startPlimsoll } from '../system/harness/plimsoll.ts';

/** Adds an application to a new HTTP server. The application's memory is lost when the site is killed. */
export type Application = (server: Server, name: string) => void;

/** An origin in the test process that runs an application. */
export interface Site {
  readonly name: string;
  readonly port: number;
  /** Closes the listener and every connection, WebSockets included, as if the process had ended. */
  kill(): Promise<void>;
  /** Starts the application again on the same port, with nothing in memory. */
  revive(): Promise<void>;
}

/** Three sites with the same application, and Plimsoll in front of them. */
export interface Town {
  readonly plimsoll: Plimsoll;
  readonly sites: readonly [Site, Site, Site];
}

/** Changes to the default configuration, which has `round_robin`, three attempts and no monitor. */
export interface Differences {
  balancer?: Partial<NonNullable<ConfigFile['load_balancers']>[number]>;
  pool?: Partial<NonNullable<ConfigFile['pools']>[number]>;
}

/** Starts three sites behind one balancer for every host. Everything ends with the test. */
export async function startTown(application: Application, differs: Differences = {}): Promise<Town> {
  const sites = [
    await startSite('one', application),
    await startSite('two', application),
    await startSite('three', application),
  ] as const;
  const plimsoll = await startPlimsoll({
    config: configFrom({
      load_balancers: [{ name: '*', default_pools: [POOL], retry: { attempts: 3 }, ...differs.balancer }],
      pools: [
        {
          name: POOL,
          origin_steering: { policy: 'round_robin' },
          origins: sites.map(({ name, port }) => ({ name, address: '127.0.0.1', port })),
          ...differs.pool,
        },
      ],
    }),
    bindings: {
      gateway: { AFFINITY_KEY: { text: 'the key of these tests' } },
      // As in `npm start`, this distinguishes a refused connection from a lost one. In production the platform does it.
      proxy: { CONNECT_CHECK: { text: 'on' } },
    },
  });
  onTestFinished(async () => {
    for (const site of sites) await site.kill();
    await plimsoll.stop();
  });
  return { plimsoll, sites };
}

/** Returns the site with this name. @throws Error if there is none */
export function siteOf({ sites }: Town, name: string | undefined): Site {
  const site = sites.find((one) => one.name === name);
  if (site === undefined) throw new Error(`no site is called ${name}`);
  return site;
}

async function startSite(name: string, application: Application): Promise<Site> {
  let close = async () => {};
  const open = async (wanted: number): Promise<number> => {
    const server = createServer({ keepAliveTimeout: 600_000 });
    const sockets = new Set<Socket>();
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    application(server, name);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(wanted, '127.0.0.1', resolve);
    });
    close = () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      });
    return (server.address() as AddressInfo).port;
  };
  const port = await open(0);
  return {
    name,
    port,
    kill: () => close(),
    revive: async () => {
      await open(port);
    },
  };
}
