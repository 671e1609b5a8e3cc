import { describe, expect, it } from 'vitest';
import { movedClients } from '../../../../tools/cli/strategy/moved_clients.ts';

interface Seen {
  client: number;
  origin: string;
  variant?: string;
  shadow?: string;
  requests?: number;
}

/** A row of `client-origins`. Numbers are text, as the engine may send them. */
function row({ client, origin, variant = 'live', shadow = '', requests = 1 }: Seen) {
  return {
    balancer: 'app',
    client: String(client),
    variant,
    origin,
    shadow,
    requests: String(requests),
  };
}

const moved = (rows: Seen[], limit?: number) =>
  movedClients({ meta: [], data: rows.map(row), rows: rows.length }, limit).data;

describe('movedClients', () => {
  it('compares the origin that a shadow would have chosen with the one that served', () => {
    expect(
      moved([
        { client: 1, origin: 'p/a', shadow: 'p/a' },
        { client: 2, origin: 'p/a', shadow: 'p/b' },
        { client: 3, origin: 'p/a', shadow: 'p/b', requests: 2 },
        { client: 3, origin: 'p/a', shadow: 'p/a', requests: 5 },
        { client: 4, origin: 'p/a' },
      ]),
    ).toEqual([{ balancer: 'app', trial: 'shadow', clients: 3, moved_clients: 1, moved: 1 / 3 }]);
  });

  it('compares the canary with the live policy, for clients that both have served', () => {
    expect(
      moved([
        { client: 1, origin: 'p/a' },
        { client: 1, origin: 'p/b', variant: 'canary' },
        { client: 2, origin: 'p/a' },
        { client: 2, origin: 'p/a', variant: 'canary' },
        { client: 3, origin: 'p/b', variant: 'canary' },
        { client: 4, origin: 'p/b' },
      ]),
    ).toEqual([{ balancer: 'app', trial: 'canary', clients: 2, moved_clients: 1, moved: 0.5 }]);
  });

  it('leaves out the last client if the limit cut the rows, because some of its rows may be missing', () => {
    const rows = [
      { client: 1, origin: 'p/a', shadow: 'p/a' },
      { client: 2, origin: 'p/a', shadow: 'p/b' },
    ];
    expect(moved(rows, 2)).toMatchObject([{ clients: 1, moved_clients: 0 }]);
    expect(moved(rows, 3)).toMatchObject([{ clients: 2, moved_clients: 1 }]);
  });

  it('returns no row if there is no trial', () => {
    expect(moved([{ client: 1, origin: 'p/a' }])).toEqual([]);
  });
});
