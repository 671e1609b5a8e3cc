import type { Column, Dataset } from '../../../shared/analytics/datasets.ts';
import type { Control } from '../../../shared/contracts/control.ts';
import type { WorkerService } from '../../workerd/capnp.ts';

/** A row for each call of the health Worker's entrypoint `Control`. */
export const CONTROL_CALLS = {
  table: 'control_calls',
  columns: {
    caller: 'index1', // the Worker that called
    method: 'blob1', // the method that was called
  } satisfies Record<string, Column>,
} satisfies Dataset;

/** All methods, so that a new one is not missing here. */
const METHODS: Record<keyof Control, true> = { heads: true, body: true, suspect: true };

/**
 * A Worker in the health Worker's process, through which Workers of other processes reach its entrypoint `Control`: a connection
 * between processes leads to a default entrypoint. It records each call.
 * @param caller the Worker that calls
 * @param external behind which {@link CONTROL_CALLS} is
 */
export function controlFor(caller: string, external: string): WorkerService {
  return {
    source: `import { WorkerEntrypoint } from 'cloudflare:workers';
    export default class Calls extends WorkerEntrypoint {}
    for (const method of ${JSON.stringify(Object.keys(METHODS))})
      Calls.prototype[method] = function (...args) {
        this.env.CALLS.writeDataPoint({ indexes: [${JSON.stringify(caller)}], blobs: [method] });
        return this.env.CONTROL[method](...args);
      };`,
    compatibility_date: '2026-10-01',
    compatibility_flags: [],
    bindings: {
      CONTROL: { service: 'health', entrypoint: 'Control' },
      CALLS: { analytics: external },
    },
    durable_objects: [],
  };
}
