import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { HEALTH_KEY, type HealthDocument } from '../../shared/contracts/health.ts';
import { configFrom } from '../../tools/harness/config.ts';
import { type Origin, startOrigin } from '../../tools/harness/origin.ts';
import { HostileOrigin } from './harness/hostile_origin.ts';
import { type Plimsoll, startPlimsoll } from './harness/plimsoll.ts';
import { send } from './harness/raw_client.ts';
import { formatPostTable, postTable } from './post_table.ts';

// Ejection, retry budgets, circuit breakers and hedging with real processes. Each has its own host and pool.

const NAMES = ['eject', 'suspect', 'outage', 'breaker', 'queue'] as const;
type Name = (typeof NAMES)[number];

let plimsoll: Plimsoll;
const origins = {} as Record<Name, Origin[]>;
const hanging = new HostileOrigin();
let sound: Origin;

beforeAll(async () => {
  for (const name of NAMES)
    origins[name] = await Promise.all(
      ['one', 'two', 'three'].map((each) => startOrigin({ name: `${name}-${each}` })),
    );
  await hanging.listen();
  sound = await startOrigin({ name: 'sound' });
  const poolOf = (name: Name, change: object = {}) => ({
    name,
    origin_steering: { policy: 'round_robin' as const },
    origins: origins[name].map(({ name, port }) => ({ name, address: '127.0.0.1', port })),
    ...change,
  });
  const balancerOf = (name: string, change: object = {}) => ({
    name: `${name}.test`,
    default_pools: [name],
    timeouts: { first_byte_ms: 5_000 },
    ...change,
  });
  plimsoll = await startPlimsoll({
    config: configFrom({
      load_balancers: [
        balancerOf('eject'),
        balancerOf('suspect'),
        balancerOf('outage', { retry: { attempts: 3, budget: { min_per_s: 0.3 } } }),
        balancerOf('breaker'),
        balancerOf('queue'),
        balancerOf('hedge', { hedging: { after_ms: 100 } }),
      ],
      pools: [
        poolOf('eject'),
        poolOf('suspect', { monitor: 'minutely' }),
        poolOf('outage', { outlier_detection: { enabled: false } }),
        poolOf('breaker', { circuit_breaker: { max_inflight: 2 } }),
        poolOf('queue', { circuit_breaker: { max_inflight: 1, max_queue: 3, queue_ms: 5_000 } }),
        {
          name: 'hedge',
          origin_steering: { policy: 'off' },
          circuit_breaker: { max_inflight: 1 },
          origins: [
            { name: 'hanging', address: '127.0.0.1', port: hanging.port },
            { name: 'sound', address: '127.0.0.1', port: sound.port },
          ],
        },
      ],
      monitors: [{ id: 'minutely', path: '/health', interval: 60, consecutive_up: 1, consecutive_down: 3 }],
    }),
    health: 'real',
  });
});
afterAll(async () => {
  await plimsoll?.stop();
  hanging.close();
  for (const origin of [sound, ...Object.values(origins).flat()]) await origin?.stop();
});

function get(name: string, path = '/') {
  return send(plimsoll.port, [`GET ${path} HTTP/1.1`, `Host: ${name}.test`], '');
}

/** Waits until a balancer has `count` data points, and returns them. */
async function pointsOf(name: string, count: number) {
  const points = () => plimsoll.points.filter(({ balancer }) => balancer === `${name}.test`);
  for (let waited_ms = 0; points().length < count; waited_ms += 10) {
    if (waited_ms > 5_000)
      throw new Error(`${points().length} data points of ${count}\n${plimsoll.output()}`);
    await sleep(10);
  }
  return points();
}

function asked(name: Name): number[] {
  return origins[name].map(({ requests }) => requests['GET'] ?? 0);
}

describe('an origin that answers 503 to everything', () => {
  it('is ejected after five requests, and no client sees an error', async () => {
    const [bad] = origins.eject;
    if (bad !== undefined) bad.behaviour = { status: 503 };
    const count = 60;
    for (let i = 0; i < count; i++) expect((await get('eject')).status).toBe(200);
    expect(asked('eject')[0]).toBe(5);
    const points = await pointsOf('eject', count);
    expect(points.filter(({ attempts }) => attempts > 1)).toHaveLength(5);
    expect(points.some(({ events }) => events === 'ejected')).toBe(true);
    const [row, ...more] = plimsoll.health.points.filter(({ pool }) => pool === 'eject');
    expect(more).toEqual([]);
    expect(row).toMatchObject({
      origin: 'eject/eject-one',
      kind: 'ejection',
      reason: 'consecutive_failures',
      streak: 1,
    });
    expect(row?.until_ms).toBeGreaterThanOrEqual(30_000);
    expect(row?.until_ms).toBeLessThanOrEqual(33_000);
  });
});

describe('an outage of all origins', () => {
  it('adds no more requests than the retry budget allows: a fifth, and a minimum per second', async () => {
    for (const origin of origins.outage) origin.behaviour = { status: 503 };
    const began = performance.now();
    const count = 300;
    const clients = Array.from({ length: 10 }, async () => {
      for (let i = 0; i < count / 10; i++) expect((await get('outage')).status).toBe(503);
    });
    await Promise.all(clients);
    const seconds = (performance.now() - began) / 1_000;
    const total = asked('outage').reduce((sum, one) => sum + one, 0);
    expect(total).toBeGreaterThan(count);
    expect(total).toBeLessThanOrEqual(1.2 * count + 0.3 * (10 + seconds));
    const points = await pointsOf('outage', count);
    expect(points.some(({ events }) => events === 'budget_refused')).toBe(true);
  });
});

describe('a circuit breaker', () => {
  it('sends requests to other origins when one is full, and answers 503 with Retry-After when all are full', async () => {
    for (const origin of origins.breaker) origin.behaviour = { delay_ms: 1_500 };
    const answers = await Promise.all(Array.from({ length: 10 }, () => get('breaker')));
    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...Array(6).fill(200),
      ...Array(4).fill(503),
    ]);
    expect(asked('breaker')).toEqual([2, 2, 2]);
    for (const { status, head } of answers)
      expect(/\r\nretry-after: 1\r\n/i.test(`${head}\r\n`)).toBe(status === 503);
    const refused = (await pointsOf('breaker', 10)).filter(({ status }) => status === 503);
    expect(new Set(refused.map(({ outcome, events }) => `${outcome} ${events}`))).toEqual(
      new Set(['overloaded overflow']),
    );
    expect(plimsoll.health.points.filter(({ pool }) => pool === 'breaker')).toEqual([]);
  });

  it('keeps as many requests as its queue has places until there is room', async () => {
    for (const origin of origins.queue) origin.behaviour = { delay_ms: 400 };
    const answers = await Promise.all(Array.from({ length: 8 }, () => get('queue')));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(6);
    const queued = (await pointsOf('queue', 8)).filter(({ queued_ms }) => queued_ms > 0);
    expect(queued).toHaveLength(3);
    for (const { status, events } of queued) expect([status, events]).toEqual([200, 'overflow,queued']);
  });
});

describe('an origin that dies between two checks', () => {
  it('is down for everybody within seconds, because the gateway reports it', async () => {
    const id = 'suspect/suspect-one';
    const state = () => plimsoll.kv.get<HealthDocument>(HEALTH_KEY)?.origins[id]?.state;
    const reaches = async (wanted: string) => {
      for (let waited_ms = 0; state() !== wanted; waited_ms += 20) {
        if (waited_ms > 20_000) throw new Error(`${id} is ${state()}\n${plimsoll.output()}`);
        await sleep(20);
      }
    };
    await reaches('up');
    await origins.suspect[0]?.kill();
    for (let i = 0; i < 20; i++) expect((await get('suspect')).status).toBe(200);
    // Without a report, three checks a minute apart would take at least two minutes.
    await reaches('down');
    const failed = () =>
      plimsoll.health.points
        .filter(({ kind, pool, reason }) => kind === 'check' && pool === 'suspect' && reason !== '')
        .map(({ origin, streak }) => [origin, streak]);
    await vi.waitFor(() => expect(failed()).toEqual([1, 2, 3].map((streak) => [id, streak])));
  });
});

describe('hedging', () => {
  it('answers from the second origin while the first hangs, and closes the connection to the first', async () => {
    const { status, body, ms } = await get('hedge', '/never');
    expect(status).toBe(200);
    expect(body).toContain('sound\n');
    expect(ms).toBeLessThan(4_000);
    const [point] = await pointsOf('hedge', 1);
    expect(point).toMatchObject({
      origin: 'hedge/sound',
      attempts: 2,
      events: 'hedge_won,hedged',
      failed_origins: '',
    });
    for (let waited_ms = 0; hanging.closed.length === 0 && waited_ms < 4_000; waited_ms += 10)
      await sleep(10);
    expect(hanging.closed).toEqual(['/never']);
    // The first attempt is no longer in flight. Otherwise this request would find its origin full.
    await get('hedge', '/never');
    expect((await pointsOf('hedge', 2))[1]?.events).toBe('hedge_won,hedged');
  });
});

describe('a POST of 10 KB while one of three origins fails', () => {
  it('is served by another origin if none can have run it, and runs twice only where that is allowed', async () => {
    const rows = await postTable();
    const brief = rows.map((row) => [row.fault, row.may_repeat, row.status, row.faulty_runs, row.other_runs]);
    expect(brief, formatPostTable(rows)).toEqual([
      ['refuses connections', false, 200, 0, 1],
      ['resets after the headers', false, 502, 0, 0],
      ['resets after the body', false, 502, 1, 0],
      ['answers 503', false, 503, 1, 0],
      ['refuses connections', true, 200, 0, 1],
      ['resets after the headers', true, 200, 0, 1],
      ['resets after the body', true, 200, 1, 1],
      ['answers 503', true, 200, 1, 1],
    ]);
  });
});
