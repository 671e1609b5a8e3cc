import type { Column, Dataset } from '../../shared/analytics/datasets.ts';
import type { WorkerService } from '../workerd/capnp.ts';

/** A row for each call of a Durable Object, its alarms included. */
export const OBJECT_CALLS = {
  table: 'object_calls',
  columns: {
    object: 'index1', // the class
    method: 'blob1', // `alarm`, or the method that was called; a call of an object by itself counts too
  } satisfies Record<string, Column>,
} satisfies Dataset;

/** Classes of the health Worker. */
const CLASSES = ['Monitors', 'Region'];

/**
 * A health Worker whose Durable Objects record their calls.
 * @param external behind which {@link OBJECT_CALLS} is
 */
export function countedObjects(health: WorkerService, external: string): WorkerService {
  return {
    ...health,
    source: `import * as bundle from './bundle.js';
    export * from './bundle.js';
    export { default } from './bundle.js';
    for (const object of ${JSON.stringify(CLASSES)}) {
      const { prototype } = bundle[object];
      for (const method of Object.getOwnPropertyNames(prototype)) {
        const original = prototype[method];
        if (method === 'constructor' || typeof original !== 'function') continue;
        prototype[method] = function (...args) {
          this.env.OBJECT_CALLS.writeDataPoint({ indexes: [object], blobs: [method] });
          return original.apply(this, args);
        };
      }
    }`,
    modules: { 'bundle.js': health.source },
    bindings: { ...health.bindings, OBJECT_CALLS: { analytics: external } },
  };
}
