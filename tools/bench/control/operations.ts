/** Workers whose operations are counted. */
export const COUNTED_WORKERS = ['gateway', 'selector', 'health'] as const;
export type CountedWorker = (typeof COUNTED_WORKERS)[number];

/** Operations that are billed or limited. */
export const OPERATION_KINDS = [
  /** Repeated and missing values count too, as they are billed. */
  'kv_reads',
  /** Writes and deletions. */
  'kv_writes',
  /** Calls of Durable Objects, without alarms. */
  'object_requests',
  /** Alarms of Durable Objects, which are billed as requests. */
  'alarms',
  /** Data points of Analytics Engine. */
  'data_points',
  /** Look-ups and stores of the Cache API. */
  'cache_operations',
] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

/** Numbers of operations, by the Worker that caused them. */
export type Operations = Record<CountedWorker, Record<OperationKind, number>>;

/** Makes operations from a number for each Worker and kind. */
export function operationsOf(count: (worker: CountedWorker, kind: OperationKind) => number): Operations {
  const of = (worker: CountedWorker) =>
    Object.fromEntries(
      OPERATION_KINDS.map((kind) => [kind, count(worker, kind)]),
    ) as Operations[CountedWorker];
  return { gateway: of('gateway'), selector: of('selector'), health: of('health') };
}

/** The operations between two counts. */
export function difference(after: Operations, before: Operations): Operations {
  return operationsOf((worker, kind) => after[worker][kind] - before[worker][kind]);
}

/** All Workers' operations of one kind. */
export function total(operations: Operations, kind: OperationKind): number {
  return COUNTED_WORKERS.reduce((sum, worker) => sum + operations[worker][kind], 0);
}
