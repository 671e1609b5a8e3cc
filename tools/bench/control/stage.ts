import type { Served } from '../../workerd/serve.ts';
import { startCoordinator, startGateway } from './processes.ts';
import { publishCoordinated, publishWhole } from './publish.ts';
import { type Stores, startStores } from './stores.ts';
import type { Subject } from './subject.ts';

/** A gateway with a selector and a proxy of its own. */
export interface Gateway {
  name: string;
  url: string;
  /** Number of its data centre, from 0. */
  centre: number;
}

/** Plimsoll in several data centres. */
export interface Stage {
  gateways: readonly Gateway[];
  stores: Stores;
  /** Publishes the next configuration of the subject. @returns its version */
  publishNext(): Promise<number>;
  /** Fires the cron of the health Worker. */
  tick(): Promise<void>;
  stop(): Promise<void>;
}

export interface StageOptions {
  /** Number of gateways, which are dealt out to the data centres in turn. */
  gateways: number;
  /** Number of data centres. */
  centres: number;
}

/** Starts a stage, on which the first configuration of the subject is published. */
export async function startStage(subject: Subject, options: StageOptions): Promise<Stage> {
  const stores = await startStores(subject.traffic, options.centres);
  const processes: Served[] = [];
  const stop = async () => {
    await Promise.all(processes.map((served) => served.stop()));
    await stores.stop();
  };
  const configs = [...subject.configs];
  const publishNext = async () => {
    const config = configs.shift();
    if (config === undefined) throw new Error('all configurations are published');
    return subject.coordinated
      ? publishCoordinated(stores.values, config, processes[0]?.ports['announcer'])
      : publishWhole(stores.values, config);
  };
  try {
    await publishNext();
    const coordinator = await startCoordinator(subject, stores);
    processes.push(coordinator);
    const gateways: Gateway[] = [];
    for (let i = 0; i < options.gateways; i++) {
      const centre = i % options.centres;
      const served = await startGateway(subject, stores, centre, coordinator);
      processes.push(served);
      gateways.push({ name: `gateway-${i}`, url: `http://127.0.0.1:${served.ports['gateway']}`, centre });
    }
    const tick = async () => {
      const response = await fetch(`http://127.0.0.1:${coordinator.ports['ticker']}/`);
      if (!response.ok) throw new Error(`the cron of the health Worker failed: ${await response.text()}`);
    };
    return { gateways, stores, publishNext, tick, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
