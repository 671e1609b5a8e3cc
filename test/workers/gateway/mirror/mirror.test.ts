import { describe, expect, it } from 'vitest';
import { MIRROR } from '../../../../shared/analytics/datasets.ts';
import type { Ticket } from '../../../../shared/contracts/carrying.ts';
import type { Balancer, Mirror, Pool } from '../../../../shared/model/config.ts';
import type { Exchange } from '../../../../workers/gateway/exchange/exchange.ts';
import { beginTrace } from '../../../../workers/gateway/exchange/trace.ts';
import { chooseCopy } from '../../../../workers/gateway/mirror/mirror.ts';
import { seeded } from '../../../support/rankings.ts';
import { stored } from '../../../support/stored.ts';
import { balancer, failed, last, origin, plain, pool, setUp } from '../support.ts';

const URL = 'https://app.example.com/x?y=1';

const MIRRORED: Mirror = { pool: 'm', percent: 100, max_body_bytes: 100, methods: ['GET', 'POST'] };

type Point = { blobs: string[]; doubles: number[] };

/** Reads a column of the mirror's data point by its logical name. */
function column(point: Point | undefined, name: keyof typeof MIRROR.columns) {
  return stored(point, MIRROR.columns[name]);
}

interface Options {
  mirror?: Partial<Mirror>;
  mirror_pool?: Pool;
  carry?: (request: Request, ticket: Ticket) => Response | Promise<Response>;
  bindings?: Record<string, unknown>;
  change?: Partial<Balancer>;
  random?: () => number;
}

/** A gateway with the pool `p`, mirrored to the pool `m`. */
function mirrored({
  mirror = {},
  mirror_pool = pool('m', ['x']),
  bindings = {},
  change = {},
  ...options
}: Options = {}) {
  const copies: Point[] = [];
  const set = setUp({
    balancer: balancer({ ...change, mirror: { ...MIRRORED, ...mirror } }),
    pools: [pool('p', ['a', 'b', 'c']), mirror_pool],
    bindings: { MIRROR: { writeDataPoint: (point: Point) => void copies.push(point) }, ...bindings },
    ...options,
  });
  return { ...set, copies };
}

describe('a mirror', () => {
  it('gets a copy of the request once it is answered, with method, path, query, headers, body, and the mark of a copy', async () => {
    const seen: { url: string; body: string; header: string | null; ticket: Ticket }[] = [];
    const { request, settled, tickets } = mirrored({
      carry: async (carried, ticket) => {
        seen.push({
          url: carried.url,
          body: await carried.text(),
          header: carried.headers.get('x-h'),
          ticket,
        });
        return plain('ok');
      },
    });
    const response = await request(URL, { method: 'POST', body: 'hello', headers: { 'x-h': 'v' } });
    expect(await response.text()).toBe('ok');
    // Nothing was sent to the mirror before the answer.
    expect(tickets.map((ticket) => ticket.origin)).toEqual(['p/a']);
    await settled();
    expect(seen).toMatchObject([
      { url: 'https://a.example.com/x?y=1', body: 'hello', header: 'v' },
      { url: 'https://x.example.com/x?y=1', body: 'hello', header: 'v' },
    ]);
    expect(seen[0]?.ticket.mirror).toBeUndefined();
    expect(seen[1]?.ticket).toMatchObject({
      mirror: true,
      attempt: 1,
      client_origin: 'https://app.example.com',
    });
  });

  it('gets a copy, with a data point, also of a request that `metrics.sample` leaves out', async () => {
    const { request, settled, tickets, points, copies } = mirrored({
      change: { metrics: { one_in: 2 } },
      random: () => 0.9,
    });
    expect(await (await request(URL)).text()).toBe('p/a\n');
    await settled();
    expect(points).toEqual([]);
    expect(tickets.map((ticket) => ticket.origin)).toEqual(['p/a', 'm/x']);
    expect(copies).toHaveLength(1);
  });

  it('has its own data point, which also records how the request went', async () => {
    const { request, settled, points, copies, clock } = mirrored({
      carry: (_request, ticket) => {
        clock.ms += ticket.mirror ? 70 : 30;
        return plain('x', { status: ticket.mirror ? 500 : 201 });
      },
    });
    await (await request(URL, { method: 'POST', body: 'hello' })).text();
    await settled();
    expect(points).toHaveLength(1);
    expect(last(points, 'events')).toBe('mirrored');
    const [copy] = copies;
    const named = Object.keys(MIRROR.columns).filter(
      (name) => name !== 'sampled_by',
    ) as (keyof typeof MIRROR.columns)[];
    expect(Object.fromEntries(named.map((name) => [name, column(copy, name)]))).toEqual({
      balancer: 'app',
      pool: 'm',
      origin: 'm/x',
      method: 'POST',
      path: '/x',
      outcome: 'ok',
      live_origin: 'p/a',
      live_outcome: 'ok',
      colo: '',
      status: 500,
      live_status: 201,
      first_byte_ms: 70,
      live_first_byte_ms: 30,
      request_bytes: 5,
      config_version: 1,
    });
  });

  it.each([
    ['refuses', 'connect_failed', () => failed('connect_failed', false)],
    [
      'breaks the proxy',
      'proxy_failed',
      () => {
        throw new Error('secret');
      },
    ],
  ])('does not affect the client and is not asked again, when it %s', async (_, outcome, break_down) => {
    const { request, settled, tickets, copies, isolate } = mirrored({
      mirror_pool: pool('m', ['x', 'y']),
      carry: (_request, ticket) => (ticket.mirror ? break_down() : plain('ok')),
    });
    const response = await request(URL);
    expect([response.status, await response.text()]).toEqual([200, 'ok']);
    await settled();
    expect(tickets).toHaveLength(2);
    expect(copies.map((copy) => column(copy, 'outcome'))).toEqual([outcome]);
    expect(isolate.inflight.of('m/x') + isolate.inflight.of('m/y')).toBe(0);
  });

  it('does not count as load: its requests are not in flight', async () => {
    const { promise, resolve } = Promise.withResolvers<Response>();
    const { request, settled, isolate, tickets } = mirrored({
      carry: (_request, ticket) => (ticket.mirror ? promise : plain('ok')),
    });
    await request(URL);
    const end = settled();
    while (tickets.length < 2) await scheduler.wait(1);
    expect(isolate.inflight.of('m/x')).toBe(0);
    resolve(plain('late'));
    await end;
  });

  it('cancels the answer to a copy', async () => {
    let cancelled = false;
    const endless = () =>
      new ReadableStream({
        cancel: () => {
          cancelled = true;
        },
      });
    const { request, settled } = mirrored({
      carry: (_request, ticket) => (ticket.mirror ? new Response(endless()) : plain('ok')),
    });
    await request(URL);
    await settled();
    expect(cancelled).toBe(true);
  });

  it('gets a request that no origin could answer, and none whose client left', async () => {
    const { request, settled, copies } = mirrored({
      carry: (_request, ticket) => (ticket.mirror ? plain('ok') : failed('connect_failed', false)),
    });
    expect((await request(URL)).status).toBe(503);
    await settled();
    expect(copies.map((copy) => [column(copy, 'live_status'), column(copy, 'live_outcome')])).toEqual([
      [503, 'connect_failed'],
    ]);
    const client = new AbortController();
    const gone = mirrored({
      carry: () => {
        client.abort();
        return plain('too late');
      },
    });
    await gone.request(URL, { signal: client.signal });
    await gone.settled();
    expect(gone.tickets.map((ticket) => ticket.origin)).toEqual(['p/a']);
    expect(last(gone.points, 'events')).toBe('');
  });

  it('gets no request that went in a loop', async () => {
    const { request, settled, copies } = mirrored({ carry: () => failed('loop', false) });
    expect((await request(URL)).status).toBe(508);
    await settled();
    expect(copies).toEqual([]);
  });

  it('works without a dataset and with a broken one', async () => {
    const broken = {
      writeDataPoint: () => {
        throw new Error('no dataset');
      },
    };
    for (const MIRROR of [undefined, broken]) {
      const { request, settled, tickets } = mirrored({ bindings: { MIRROR } });
      expect((await request(URL)).status).toBe(200);
      await settled();
      expect(tickets).toHaveLength(2);
    }
  });
});

describe('a request is not copied', () => {
  const streamed = () => ({ method: 'POST', body: new Blob(['x'.repeat(70_000)]).stream() });

  it.each([
    ['a method that the mirror does not name', { method: 'PUT', body: 'x' }, ''],
    ['a body above `max_body_bytes`', { method: 'POST', body: 'x'.repeat(101) }, 'mirror_skipped'],
    ['a streamed body', streamed(), 'mirror_skipped'],
    ['an upgrade header', { headers: { upgrade: 'websocket' } }, 'mirror_skipped'],
  ] as const)('if it has %s, which is recorded within the mirrored share', async (_, init, events) => {
    const { request, settled, tickets, points } = mirrored();
    expect(await (await request(URL, init as RequestInit)).text()).toBe('p/a\n');
    await settled();
    expect(tickets.map((ticket) => ticket.mirror)).toEqual([undefined]);
    expect(last(points, 'events')).toBe(events);
  });

  it('while no origin of the mirror can serve', async () => {
    const off = [
      pool('m', ['x'], { enabled: false }),
      pool('m', ['x'], { state: 'maintenance' }),
      pool('m', [
        origin('m', 'x', { enabled: false }),
        origin('m', 'y', { state: 'drain' }),
        origin('m', 'z', { weight: 0 }),
      ]),
      pool('other', ['x']),
    ];
    for (const mirror_pool of off) {
      const { request, settled, tickets, points } = mirrored({ mirror_pool });
      await request(URL);
      await settled();
      expect(tickets).toHaveLength(1);
      expect(last(points, 'events')).toBe('mirror_skipped');
    }
  });
});

describe('chooseCopy', () => {
  /** Chooses copies for 4,000 requests. @returns how often each origin was chosen; `''` counts requests without a copy */
  function chosen(mirror: Mirror, mirror_pool: Pool, down: string[] = []) {
    const { isolate } = mirrored({ mirror_pool });
    const random = seeded(5);
    Object.assign(isolate, { random });
    isolate.health.offer({
      version: 1,
      published_at: isolate.now(),
      heartbeat_ms: 60_000,
      origins: Object.fromEntries(down.map((id) => [id, { state: 'down', since: 0, rtt_ms: {} }])),
    });
    const compiled = isolate.config;
    if (compiled === undefined) throw new Error('no configuration');
    const counts: Record<string, number> = {};
    for (let i = 0; i < 4_000; i++) {
      const exchange = {
        request: new Request(URL),
        compiled,
        isolate,
        trace: beginTrace(),
      } as unknown as Exchange;
      const id = chooseCopy(exchange, mirror, { kind: 'none' })?.origin.id ?? '';
      counts[id] = (counts[id] ?? 0) + 1;
    }
    return counts;
  }

  it('copies its share of requests', () => {
    const counts = chosen({ ...MIRRORED, percent: 2.5 }, pool('m', ['x']));
    // Mean 100, standard deviation 9.9. Allow four.
    expect(Math.abs((counts['m/x'] ?? 0) - 100)).toBeLessThan(40);
  });

  it('chooses by weight among origins that are not down, if the pool has a monitor', () => {
    const three = [origin('m', 'x', { weight: 0.75 }), origin('m', 'y', { weight: 0.25 }), origin('m', 'z')];
    const monitored = chosen(MIRRORED, pool('m', three, { monitor: 'probe' }), ['m/z']);
    expect(Object.keys(monitored).sort()).toEqual(['m/x', 'm/y']);
    // Mean 3,000, standard deviation 27.4. Allow four.
    expect(Math.abs((monitored['m/x'] ?? 0) - 3_000)).toBeLessThan(110);
    const blind = chosen(MIRRORED, pool('m', three), ['m/z']);
    // Mean 2,000, standard deviation 31.6. Allow four.
    expect(Math.abs((blind['m/z'] ?? 0) - 2_000)).toBeLessThan(127);
  });
});
