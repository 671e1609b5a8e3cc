import type { ConfigDocument } from '../../../shared/model/config.ts';
import type { WorkerService } from '../../workerd/capnp.ts';

/** An announcement that takes longer has failed. The coordinator then finds the publication in KV within 10 s. */
const ANNOUNCE_MS = 2_000;

/**
 * The Worker by which other processes reach the health Worker: gateway and selector by RPC, as the entrypoint `Control`, and the
 * harness by HTTP, as cron and as the console. On demand it throws for everything but the cron.
 */
export const CONTROL: WorkerService = {
  source: `
    import { WorkerEntrypoint } from 'cloudflare:workers';
    let failing = false;
    function check() {
      if (failing) throw new Error('the coordinator is out of order');
    }
    export default class extends WorkerEntrypoint {
      heads() {
        check();
        return this.env.CONTROL.heads();
      }
      body(hash) {
        check();
        return this.env.CONTROL.body(hash);
      }
      suspect(suspicions) {
        check();
        return this.env.CONTROL.suspect(suspicions);
      }
      async fetch(request) {
        switch (new URL(request.url).pathname) {
          case '/tick':
            return this.env.TICKER.fetch(request);
          case '/announce':
            check();
            return Response.json(await this.env.OPERATOR.announce(await request.json()));
          default:
            failing = request.url.endsWith('/fail');
            return new Response('');
        }
      }
    }`,
  compatibility_date: '2026-10-01',
  compatibility_flags: [],
  bindings: {
    CONTROL: { service: 'health', entrypoint: 'Control' },
    OPERATOR: { service: 'health', entrypoint: 'Operator' },
    TICKER: { service: 'ticker' },
  },
  durable_objects: [],
};

/** Fires the cron of the health Worker. @param port of {@link CONTROL} */
export function tick(port: number): Promise<void> {
  return ask(port, 'tick');
}

/** Makes the coordinator throw, or work again. */
export function fail(port: number, failing: boolean): Promise<void> {
  return ask(port, failing ? 'fail' : 'work');
}

/** Tells the coordinator of a publication, as the console does for `lb publish`. */
export function announce(port: number, document: ConfigDocument): Promise<void> {
  return ask(port, 'announce', {
    method: 'POST',
    body: JSON.stringify(document),
    signal: AbortSignal.timeout(ANNOUNCE_MS),
  });
}

/** @throws Error if the health Worker is not there, does not answer in time, or fails */
async function ask(port: number, what: string, init: RequestInit = {}): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/${what}`, {
    ...init,
    headers: { connection: 'close' },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${what}: the health Worker answered ${response.status} ${text}`);
}
