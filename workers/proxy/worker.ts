import { connect } from 'cloudflare:sockets';
import { WorkerEntrypoint } from 'cloudflare:workers';
import type { ProbeOrder, ProbeResult, Prober, Ticket } from '../../shared/contracts/carrying.ts';
import { TICKET_HEADER } from '../../shared/contracts/carrying.ts';
import { carry } from './carry.ts';
import type { Env, Io } from './env.ts';
import { probe } from './probe.ts';

const io: Io = { fetch: (request) => fetch(request), connect, now: () => performance.now() };

/**
 * Carries one attempt to one origin. It has no public route and is reached only through bindings.
 *
 * @returns the origin's response, or one with a failure header; 404 without a {@link Ticket}
 */
export default {
  // A plain handler, because an entrypoint class would be instantiated for every request.
  fetch(request, env): Response | Promise<Response> {
    const ticket = readTicket(request.headers.get(TICKET_HEADER));
    if (ticket === undefined) return new Response(null, { status: 404 });
    return carry(request, ticket, env, io);
  },
} satisfies ExportedHandler<Env>;

/** Probes origins over the same route as traffic. The health Worker's binding names this entrypoint. */
export class Probes extends WorkerEntrypoint<Env> implements Prober {
  probe(order: ProbeOrder): Promise<ProbeResult> {
    return probe(order, this.env, io);
  }
}

function readTicket(json: string | null): Ticket | undefined {
  if (json === null) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
