import { ClientMoves } from '../../backtest/client_moves.ts';
import type { SqlResult } from '../../sql/client.ts';

/** Rows that the query `client-origins` gives at most: one more client may then stand behind the last. */
const LIMIT = 20_000;

/**
 * How many clients what is on trial moves, from the rows of the query `client-origins`: one row for the canaries of a
 * balancer and one for its shadows. With a canary those clients count that it had and the live policy as well. All that
 * shadows would choose counts as one, for which policies a client would meet depends on the pool.
 */
export function movedClients({ data }: SqlResult, limit = LIMIT): SqlResult {
  // Clients are in order, so that only the last can be cut short.
  const last = data.length < limit ? undefined : String(data.at(-1)?.['client']);
  const trials = new Map<string, { balancer: string; trial: string; clients: ClientMoves }>();
  const of = (balancer: string, trial: string): ClientMoves => {
    const key = `${balancer}\n${trial}`;
    const known = trials.get(key) ?? { balancer, trial, clients: new ClientMoves() };
    trials.set(key, known);
    return known.clients;
  };
  for (const row of data) {
    const [balancer = '', client = '', variant, origin = '', shadow = ''] = [
      'balancer',
      'client',
      'variant',
      'origin',
      'shadow',
    ].map((name) => String(row[name] ?? ''));
    if (client === last) continue;
    const requests = Number(row['requests']);
    if (variant === 'canary') of(balancer, 'canary').after(client, origin, requests);
    else of(balancer, 'canary').before(client, origin, requests);
    if (shadow === '') continue;
    of(balancer, 'shadow').before(client, origin, requests);
    of(balancer, 'shadow').after(client, shadow, requests);
  }
  const rows = [...trials.values()].flatMap(({ balancer, trial, clients }) => {
    const { moves } = clients;
    if (moves.clients === 0) return [];
    return [{ balancer, trial, ...moves, moved: moves.moved_clients / moves.clients }];
  });
  return {
    meta: [
      { name: 'balancer', type: 'String' },
      { name: 'trial', type: 'String' },
      { name: 'clients', type: 'UInt64' },
      { name: 'moved_clients', type: 'UInt64' },
      { name: 'moved', type: 'Float64' },
    ],
    data: rows,
    rows: rows.length,
  };
}
