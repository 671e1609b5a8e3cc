import { WorkerEntrypoint } from 'cloudflare:workers';
import type { Explainable, Explainer, Explanation } from '../../shared/contracts/explain.ts';
import type { Env } from './env.ts';
import { explain } from './explain/explain.ts';
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

/** The entrypoint of the console, which asks why a request goes where it goes. No route leads here. */
export class Explain extends WorkerEntrypoint<Env> implements Explainer {
  explain(request: Explainable): Promise<Explanation> {
    isolate ??= new Isolate(this.env);
    return explain(request, isolate, this.ctx);
  }
}
