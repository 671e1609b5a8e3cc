import { ClientMoves } from '../../backtest/client_moves.ts';
import type { SqlResult } from '../../sql/client.ts';

/** Most rows that the query `client-origins` gives. The last client of that many rows may have more of them. */
const LIMIT = 20_000;

/**
 * Counts the clients that a trial moves, from the rows of the query `client-origins`. The result has one row for the
 * canaries of a load balancer and one for its shadows. For canaries, only clients count that both the canary and the live
 * policy have served. All shadows of a load balancer count as one, because the pool decides which of them a client meets.
 */
export function movedClients({ data }: SqlResult, limit = LIMIT): SqlResult {
  // The rows are in the order of clients, so only the last client can be cut short.
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
