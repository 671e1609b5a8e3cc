import { type Dataset, HEALTH } from '../../../shared/analytics/datasets.ts';
import { type AnalyticsStandIn, startAnalytics } from '../../harness/analytics.ts';
import { OBJECT_CALLS } from '../../harness/counted_objects.ts';
import { KvView, type ServedKvView, serveKvView } from '../../harness/kv_views.ts';
import { CONTROL_CALLS } from './control_worker.ts';
import { type DataCentre, startDataCentre } from './data_centre.ts';
import { type CountedWorker, type OperationKind, type Operations, operationsOf } from './operations.ts';

/** The platform's stores, in this process. */
export interface Stores {
  /** Content of the KV namespace. */
  values: Map<string, string>;
  /** The coordinator's view of KV. It is in a data centre of its own, so no gateway sees its writes at once. */
  kv: ServedKvView;
  centres: readonly DataCentre[];
  /** Data points of the gateways. */
  traffic: AnalyticsStandIn<Dataset>;
  /** Checks and changes of state, and the gateways' ejections. */
  health: AnalyticsStandIn<typeof HEALTH>;
  /** Calls of Durable Objects. */
  object_calls: AnalyticsStandIn<typeof OBJECT_CALLS>;
  /** Calls of the coordinator by gateway and selector. */
  control_calls: AnalyticsStandIn<typeof CONTROL_CALLS>;
  /** Operations since the start. */
  operations(): Operations;
  stop(): Promise<unknown>;
}

/** @param traffic columns of the gateways' data points */
export async function startStores(traffic_columns: Dataset, data_centres: number): Promise<Stores> {
  const values = new Map<string, string>();
  const [kv, traffic, health, object_calls, control_calls] = await Promise.all([
    serveKvView(new KvView(values, Date.now)),
    startAnalytics(traffic_columns),
    startAnalytics(HEALTH),
    startAnalytics(OBJECT_CALLS),
    startAnalytics(CONTROL_CALLS),
  ]);
  const centres = await Promise.all(Array.from({ length: data_centres }, () => startDataCentre(values)));
  const servers = [kv, traffic, health, object_calls, control_calls, ...centres];
  const stores = { values, kv, centres, traffic, health, object_calls, control_calls };
  return {
    ...stores,
    operations: () => operationsOf((worker, kind) => count(stores, worker, kind)),
    stop: () => Promise.all(servers.map((server) => server.stop())),
  };
}

function count(stores: Counted, worker: CountedWorker, kind: OperationKind): number {
  const { centres, kv, traffic, health } = stores;
  const views = worker === 'health' ? [kv] : centres.map((centre) => centre.kv[worker]);
  switch (kind) {
    case 'kv_reads':
      return sum(views.map(({ reads }) => reads));
    case 'kv_writes':
      return sum(views.map(({ writes }) => writes));
    case 'cache_operations':
      if (worker === 'health') return 0;
      return sum(centres.map(({ cache }) => cache[worker].reads + cache[worker].writes));
    case 'data_points': {
      // The gateway writes to the dataset `health` too.
      const own = new Set(['ejection', 'readmission']);
      const by_gateway = health.points.filter((point) => own.has(point.kind)).length;
      if (worker === 'gateway') return traffic.points.length + by_gateway;
      return worker === 'health' ? health.points.length - by_gateway : 0;
    }
    case 'alarms':
      return worker === 'health' ? alarms(stores) : 0;
    case 'object_requests': {
      // The health Worker's own calls are all others: of its watchdog and of its regions.
      const calls = stores.control_calls.points;
      if (worker !== 'health') return calls.filter(({ caller }) => caller === worker).length;
      return stores.object_calls.points.length - alarms(stores) - calls.length;
    }
  }
}

type Counted = Omit<Stores, 'operations' | 'stop'>;

function alarms({ object_calls }: Counted): number {
  return object_calls.points.filter(({ method }) => method === 'alarm').length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all + number, 0);
}
