import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HEALTH, TRAFFIC } from '../../../shared/analytics/datasets.ts';
import { stampDrains } from '../../../shared/authoring/operator_state.ts';
import type { Config } from '../../../shared/model/config.ts';
import { type AnalyticsStandIn, startAnalytics } from '../../harness/analytics.ts';
import { type CacheStandIn, startCache } from '../../harness/cache.ts';
import { documentOf } from '../../harness/config.ts';
import { type KvStandIn, startKv } from '../../harness/kv.ts';
import { freePorts } from '../../local/ports.ts';
import { type Origin, startOrigin } from '../origin/origin.ts';
import { configuration, MIRROR_ORIGIN, POOLS } from './configuration.ts';
import { startWorkers, type Workers } from './workers.ts';

/** When a version of the configuration was published. */
export interface Publication {
  version: number;
  /** Milliseconds since the epoch. */
  at: number;
}

/** Everything that faults can break, and what was recorded. */
export interface Stage {
  origins: ReadonlyMap<string, Origin>;
  workers: Workers;
  kv: KvStandIn;
  cache: CacheStandIn;
  traffic: AnalyticsStandIn<typeof TRAFFIC>;
  /** Checks, changes of state, and the gateway's ejections. */
  health: AnalyticsStandIn<typeof HEALTH>;
  /** Every version of the configuration, in the order of publication. */
  publications: readonly Publication[];
  /** Folder with a log (`.jsonl`) of each origin. */
  logs: string;
  /**
   * Publishes the configuration as a new version, as `lb publish` does: body and head to KV, then an announcement to the coordinator.
   * @param drained ids of origins in drain
   */
  publish(drained: ReadonlySet<string>): void;
  stop(): Promise<void>;
}

/** Starts all origins and all Workers, each in a process of its own, on free ports of 127.0.0.1. */
export async function startStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-chaos-'));
  const [logs, disk] = [join(folder, 'logs'), join(folder, 'disk')];
  for (const each of [logs, disk]) mkdirSync(each);
  const ids = [...Object.values(POOLS).flat(), MIRROR_ORIGIN];
  // These are not ports that the system gives to connections, so nothing takes the port of an origin that is down.
  const free = await freePorts(ids.length);
  const ports = new Map(ids.map((id, index) => [id, free[index] ?? 0]));
  const [kv, cache, traffic, health, ...origins] = await Promise.all([
    startKv(),
    startCache(),
    startAnalytics(TRAFFIC),
    startAnalytics(HEALTH),
    ...ids.map((id) => startOrigin(id, ports.get(id) ?? 0, join(logs, `${id.replace('/', '-')}.jsonl`))),
  ]);
  const publications: Publication[] = [];
  let published: Config | undefined;
  let workers: Workers | undefined;
  const publish = (drained: ReadonlySet<string>) => {
    const version = publications.length + 1;
    publications.push({ version, at: Date.now() });
    published = stampDrains(configuration(ports, drained, version), published, Date.now());
    const document = documentOf(published, version);
    const { hash } = kv.publish(document);
    // The coordinator may be broken. It then finds the publication in KV.
    void workers?.announce({ ...document, hash }).catch(() => undefined);
  };
  publish(new Set());
  const started = await startWorkers(
    { kv: kv.port, cache: cache.port, 'traffic-points': traffic.port, 'health-points': health.port },
    configuration(ports, new Set()),
    disk,
  );
  workers = started;
  return {
    origins: new Map(origins.map((origin) => [origin.id, origin])),
    workers: started,
    kv,
    cache,
    traffic,
    health,
    publications,
    logs,
    publish,
    stop: async () => {
      await started.stop();
      for (const origin of origins) await origin.kill();
      await Promise.all([kv, cache, traffic, health].map((store) => store.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
