import { type CacheStandIn, startCache } from '../../harness/cache.ts';
import { KvView, type ServedKvView, serveKvView } from '../../harness/kv_views.ts';

/** What the isolates of one data centre share: a cache, and a view of KV. Each Worker has its own door to both. */
export interface DataCentre {
  kv: Record<DataCentreWorker, ServedKvView>;
  cache: Record<DataCentreWorker, CacheStandIn>;
  stop(): Promise<unknown>;
}

export type DataCentreWorker = 'gateway' | 'selector';

/** @param values the KV namespace, which all data centres share */
export async function startDataCentre(values: Map<string, string>): Promise<DataCentre> {
  const view = new KvView(values, Date.now);
  const entries: CacheStandIn['entries'] = new Map();
  const kv = { gateway: await serveKvView(view), selector: await serveKvView(view) };
  const cache = {
    gateway: await startCache(Date.now, entries),
    selector: await startCache(Date.now, entries),
  };
  const servers = [...Object.values(kv), ...Object.values(cache)];
  return { kv, cache, stop: () => Promise.all(servers.map((server) => server.stop())) };
}
