import type { WorkerService } from '../workerd/capnp.ts';

/** A Worker that calls the health Worker's `scheduled` for each request, because plain workerd has no cron. */
export const TICKER: WorkerService = {
  source: `export default {
    async fetch(request, env) {
      const { outcome } = await env.HEALTH.scheduled({ cron: '* * * * *', scheduledTime: new Date() });
      return new Response(outcome, { status: outcome === 'ok' ? 200 : 500 });
    },
  };`,
  compatibility_date: '2026-10-01',
  compatibility_flags: ['service_binding_extra_handlers'],
  bindings: { HEALTH: { service: 'health' } },
  durable_objects: [],
};
