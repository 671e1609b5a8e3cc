import { HEALTH_KEY, type HealthDocument } from '../../shared/contracts/health.ts';
import type { ConfigDocument } from '../../shared/model/config.ts';
import { startCache } from '../harness/cache.ts';
import { configFrom, documentOf } from '../harness/config.ts';
import { startKv } from '../harness/kv.ts';
import { plimsollWorkers } from '../workerd/plimsoll.ts';
import { type Served, serve } from '../workerd/serve.ts';
import { largeConfig } from './large_config.ts';

/** Gateway, selector and proxy in one plain workerd, with a data centre's cache, KV and a stand-in for the coordinator. */
export interface GrowthSystem extends Served {
  publish(document: ConfigDocument): void;
  /** How many bodies the data centre's cache holds, one for each version that an isolate has read. */
  bodies(): number;
}

/** Answers as the coordinator does, but probes nothing: what the real one computes would count as the gateway's. */
const COORDINATOR = `import { WorkerEntrypoint } from 'cloudflare:workers';
export default { fetch: () => new Response() };
export class Control extends WorkerEntrypoint {
  async heads() {
    const [config, health] = await Promise.all(['config', '${HEALTH_KEY}'].map((key) => this.env.KV.get(key, 'json')));
    return { config, health, health_age_ms: 0 };
  }
  async body(hash) {
    return (await this.env.KV.get('config/' + hash)) ?? undefined;
  }
  async suspect() {}
}`;

/** Starts a system with a published configuration. */
export async function startGrowthSystem(document: ConfigDocument, pinned: boolean): Promise<GrowthSystem> {
  const kv = await startKv();
  const cache = await startCache();
  const health: HealthDocument = {
    version: 1,
    published_at: Date.now(),
    heartbeat_ms: 3_600_000,
    others: 'up',
    origins: {},
  };
  kv.set(HEALTH_KEY, health);
  kv.publish(document);
  const deployment = { KV_ID: { text: 'bench' } };
  const workers = await plimsollWorkers(
    { proxy: 'real', selector: 'real', gateway: 'real', health: { module: COORDINATOR } },
    { kv: 'kv', cache: 'cache' },
    documentOf(configFrom(largeConfig(1, 1)), 0),
    { gateway: deployment, selector: deployment },
  );
  const served = await serve(
    {
      workers,
      externals: { kv: kv.port, cache: cache.port },
      sockets: ['gateway'],
      v8_flags: ['--expose-gc'],
    },
    { cpu: pinned ? 0 : undefined, inspector: true },
  );
  const stop = async () => {
    await served.stop();
    await kv.stop();
    await cache.stop();
  };
  const bodies = () => {
    const hashes = [...kv.values.keys()].map((key) => key.slice(key.indexOf('/')));
    return [...cache.entries.keys()].filter((url) => hashes.includes(url.slice(url.lastIndexOf('/')))).length;
  };

  return { ...served, publish: kv.publish, bodies, stop };
}
