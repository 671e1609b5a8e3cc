import { connect } from 'cloudflare:sockets';
import { WorkerEntrypoint } from 'cloudflare:workers';
import {
  type ProbeOrder,
  type ProbeResult,
  type Prober,
  TICKET_HEADER,
  type Ticket,
} from '../../shared/contracts/carrying.ts';
import { carry } from './carry.ts';
import type { ProxyEnv, ProxyIo } from './env.ts';
import { probe } from './probe.ts';

const io: ProxyIo = { fetch: (request) => fetch(request), connect, now: () => performance.now() };

/**
 * Carries one attempt to one origin, and probes origins. It has no route: who reaches it holds a binding.
 */
export default class ProxyWorker extends WorkerEntrypoint<ProxyEnv> implements Prober {
  /**
   * @param request its URL is the origin's; what else there is to know stands in its {@link Ticket}
   * @returns the origin's answer, or one with a failure header; 404 without a ticket
   */
  override fetch(request: Request): Response | Promise<Response> {
    const ticket = readTicket(request.headers.get(TICKET_HEADER));
    if (ticket === undefined) return new Response(null, { status: 404 });
    return carry(request, ticket, this.env, io);
  }

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
