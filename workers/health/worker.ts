import { coordinatorOf, type Env } from './env.ts';

export { Control } from './control.ts';
export { Monitors } from './monitors.ts';
export { Operator } from './operator.ts';
export { Preview } from './preview.ts';
export { Region } from './region.ts';

/** Checks the origins. It has no public route. The alarm of {@link Monitors} is its clock. */
export default {
  /** The watchdog, once a minute: sets the first alarm, and any alarm that was lost. */
  async scheduled(_controller, env) {
    await coordinatorOf(env).wake();
  },

  fetch() {
    return new Response('Not Found\n', { status: 404 });
  },
} satisfies ExportedHandler<Env>;
