import type { Env } from './env.ts';
import { OWN_PREFIX, ownRoutes } from './routes.ts';
import { serve } from './serve.ts';
import { Isolate } from './state/isolate.ts';

let isolate: Isolate | undefined;

/** The gateway Worker: every public request enters here. */
export default {
  async fetch(request, env, ctx): Promise<Response> {
    isolate ??= new Isolate(env);
    if (request.url.includes(OWN_PREFIX) && new URL(request.url).pathname.startsWith(OWN_PREFIX)) {
      return ownRoutes.fetch(request, isolate);
    }
    return serve(request, isolate, ctx);
  },
} satisfies ExportedHandler<Env>;
