import type { Env } from './env.ts';

export { Monitors } from './monitors.ts';
export { Preview } from './preview.ts';
export { Region } from './region.ts';

/** Watches the origins. It has no public address; its clock is the alarm of {@link Monitors}. */
export default {
  /** The watchdog: an alarm that was lost is set again within a minute. It also starts the very first one. */
  async scheduled(_controller, env) {
    await env.MONITORS.getByName('monitors').wake();
  },

  fetch() {
    return new Response('Not Found\n', { status: 404 });
  },
} satisfies ExportedHandler<Env>;
