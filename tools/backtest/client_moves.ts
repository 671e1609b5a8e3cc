/** The number of clients that moved. */
export interface Moves {
  /** Clients with requests both before and after. */
  clients: number;
  moved_clients: number;
}

/**
 * Compares where the requests of each client go with two strategies. A client has moved if most of its requests go to
 * another origin. Of origins with equally many requests, the first by name counts.
 */
export class ClientMoves {
  readonly #before = new Map<string, Map<string, number>>();
  readonly #after = new Map<string, Map<string, number>>();

  /** Counts requests under the first strategy. @param client any text that identifies the client */
  before(client: string, origin: string, requests: number): void {
    count(this.#before, client, origin, requests);
  }

  /** Counts requests under the second strategy. */
  after(client: string, origin: string, requests: number): void {
    count(this.#after, client, origin, requests);
  }

  get moves(): Moves {
    const moves: Moves = { clients: 0, moved_clients: 0 };
    for (const [client, before] of this.#before) {
      const after = this.#after.get(client);
      if (after === undefined) continue;
      moves.clients++;
      if (mainOf(before) !== mainOf(after)) moves.moved_clients++;
    }
    return moves;
  }
}

function count(
  side: Map<string, Map<string, number>>,
  client: string,
  origin: string,
  requests: number,
): void {
  const origins = side.get(client) ?? new Map<string, number>();
  origins.set(origin, (origins.get(origin) ?? 0) + requests);
  side.set(client, origins);
}

function mainOf(origins: ReadonlyMap<string, number>): string | undefined {
  const [main] = [...origins].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return main?.[0];
}
