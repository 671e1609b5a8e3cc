import type { ConfigDocument } from '../../../shared/model/config.ts';
import type { WorkerService } from '../../workerd/capnp.ts';

/**
 * A Worker in the health Worker's process that tells the coordinator of a publication, as the console's history does. With the console
 * itself, a bench could not measure revisions whose console has another API.
 */
export const ANNOUNCER: WorkerService = {
  source: `export default {
    async fetch(request, env) {
      return Response.json({ accepted: await env.OPERATOR.announce(await request.json()) });
    },
  };`,
  compatibility_date: '2026-10-01',
  compatibility_flags: [],
  bindings: { OPERATOR: { service: 'health', entrypoint: 'Operator' } },
  durable_objects: [],
};

/** Tells the coordinator. @param port of {@link ANNOUNCER} @throws Error unless it takes the document */
export async function announce(port: number, document: ConfigDocument): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    body: JSON.stringify(document),
  });
  const answer = await response.text();
  if (!response.ok || answer !== '{"accepted":true}')
    throw new Error(`the coordinator did not take version ${document.version}: ${answer}`);
}
