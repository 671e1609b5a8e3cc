import type { WorkerService } from '../../workerd/capnp.ts';
import { LIMIT } from '../lanes.ts';

/**
 * A stand-in for the platform's rate limiter, which plain workerd lacks. It limits the requests of each key in windows that
 * follow each other. Its counters end with the gateway's process.
 */
export const LIMITER: WorkerService = {
  source: `
    import { WorkerEntrypoint } from 'cloudflare:workers';
    const counts = new Map();
    let window = 0;
    export default class extends WorkerEntrypoint {
      async limit({ key }) {
        const now = Math.floor(Date.now() / ${LIMIT.window_ms});
        if (now !== window) counts.clear();
        window = now;
        counts.set(key, (counts.get(key) ?? 0) + 1);
        return { success: counts.get(key) <= ${LIMIT.requests} };
      }
    }`,
  compatibility_date: '2026-10-01',
  compatibility_flags: [],
  bindings: {},
  durable_objects: [],
};
