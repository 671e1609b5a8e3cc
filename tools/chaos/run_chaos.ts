import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, startClient } from './client/client.ts';
import { inflict, type Tools } from './inflict.ts';
import { type Inflicted, type Ledger, readExecutions } from './ledger/ledger.ts';
import { sampleMemory } from './memory/sample.ts';
import { schedule } from './schedule.ts';
import { POOLS } from './stage/configuration.ts';
import { startStage } from './stage/stage.ts';

/** The options of a run. */
export interface ChaosOptions {
  /** Length of the load. */
  minutes: number;
  /** Seed of faults and requests. */
  seed: number;
  /** Requests per second. */
  rate: number;
  /** Whether a configuration is published every second, from the first fault to the last. */
  publish: boolean;
}

/** WebSockets that are kept open for the whole run. */
const SOCKETS = 6;
/** Data points arrive after the responses that they describe. */
const LAST_POINTS_MS = 1_000;

/**
 * Starts everything, sends load and inflicts the scheduled faults.
 * @param told is called with each fault when it begins
 * @returns what users, origins, the gateway and the harness have written down
 * @throws Error if the harness itself fails
 */
export async function runChaos(
  { minutes, seed, rate, publish }: ChaosOptions,
  told: (fault: Inflicted) => void = () => {},
): Promise<Ledger> {
  const faults = schedule(seed, minutes, POOLS, publish);
  // Every process that is started adds a listener of `exit`, so that it ends with this one.
  process.setMaxListeners(100);
  const stage = await startStage();
  let client: Client | undefined;
  try {
    client = await startClient({ port: stage.workers.gateway.port, seed, minutes, rate, sockets: SOCKETS });
    const started_at = Date.now();
    const tools: Tools = { stage, drained: new Set(), renew: client.renew };
    const { gateway, proxy, selector, health } = stage.workers;
    const workers = [gateway, proxy, selector, health];
    const sampling = sampleMemory(workers);
    const inflicted: Inflicted[] = [];
    await Promise.all([
      ...faults.map(async (fault) => {
        await sleep(fault.at_ms);
        const happening: Inflicted = { ...fault, started_at: Date.now(), ended_at: Number.POSITIVE_INFINITY };
        inflicted.push(happening);
        told(happening);
        await inflict(fault, tools);
        happening.ended_at = Date.now();
      }),
      sleep(minutes * 60_000),
    ]);
    const ended_at = Date.now();
    const memory = await sampling.stop();
    await client.stop();
    await sleep(LAST_POINTS_MS);
    return {
      minutes,
      seed,
      rate,
      publish,
      started_at,
      ended_at,
      sent: client.sent,
      sessions: client.sessions,
      executions: readExecutions(stage.logs),
      faults: inflicted,
      publications: stage.publications,
      points: stage.traffic.points.map((point, index) => ({
        ...point,
        arrived_at: stage.traffic.arrived_at[index] ?? 0,
      })),
      health: stage.health.points.map((point, index) => ({
        ...point,
        arrived_at: stage.health.arrived_at[index] ?? 0,
      })),
      memory,
      generations: workers.flatMap(({ generations }) => generations),
      output: workers.map((worker) => worker.output()).join(''),
    };
  } finally {
    client?.kill();
    await stage.stop();
  }
}
