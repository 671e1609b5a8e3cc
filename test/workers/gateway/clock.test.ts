import { describe, expect, it } from 'vitest';
import { CONFIG_KEY } from '../../../shared/model/config.ts';
import { FirstByteTimes } from '../../../workers/gateway/state/first_byte_times.ts';
import { poolOf } from './ejection/outliers_support.ts';
import {
  balancer,
  config,
  documentOf,
  failed,
  inOrder,
  last,
  plain,
  pool,
  rotating,
  setUp,
} from './support.ts';

const URL = 'https://app.example.com/x';
const HOUR_MS = 3_600_000;

describe.each([
  ['forwards', HOUR_MS],
  ['back', -HOUR_MS],
])('when the clock is set %s by an hour', (_, jump_ms) => {
  it('serves requests, asks the selector for a fresh answer once, and then asks as rarely as before', async () => {
    const { request, clock, questions, settled } = setUp({});
    for (let i = 0; i < 3; i++) await request(URL);
    expect(questions).toHaveLength(1);
    clock.ms += jump_ms;
    for (let i = 0; i < 3; i++) expect((await request(URL)).status).toBe(200);
    await settled();
    expect(questions).toHaveLength(2);
  });

  it('reads the documents again and uses a new configuration', async () => {
    const values: Record<string, unknown> = {};
    const { request, clock, settled, points } = setUp({
      bindings: { KV: { get: async (key: string) => values[key] ?? null } },
    });
    await request(URL);
    await settled();
    values[CONFIG_KEY] = documentOf(config([balancer()], [pool('p', ['a', 'b', 'c'])]), 2);
    clock.ms += jump_ms;
    await request(URL);
    await settled();
    await request(URL);
    expect(last(points, 'config_version')).toBe(2);
  });

  it('asks a selector that failed before again', async () => {
    let broken = true;
    const sound = rotating(['p/c']);
    const { request, clock, points, settled } = setUp({
      select: (question) => {
        if (broken) throw new Error('out of order');
        return sound(question);
      },
    });
    await request(URL);
    expect(last(points, 'decision')).toBe('failover_order');
    broken = false;
    clock.ms += jump_ms;
    await (await request(URL)).text();
    await settled();
    expect(last(points, 'decision')).toBe('asked');
  });

  it('asks a rate limiter that failed before again', async () => {
    let calls = 0;
    const limiter = {
      limit: async () => {
        calls++;
        throw new Error('out of order');
      },
    };
    const rate_limit = { binding: 'RATE_LIMIT', by: 'balancer', retry_after_s: 1 } as const;
    const { request, clock } = setUp({
      balancer: balancer({ rate_limit }),
      bindings: { RATE_LIMIT: limiter },
    });
    for (let i = 0; i < 2; i++) expect((await request(URL)).status).toBe(200);
    clock.ms += jump_ms;
    expect((await request(URL)).status).toBe(200);
    expect(calls).toBe(2);
  });

  it('records no negative time for a request under way', async () => {
    const set = setUp({
      carry: () => {
        set.clock.ms += jump_ms;
        return plain('ok');
      },
    });
    expect((await set.request(URL)).status).toBe(200);
    expect(last(set.points, 'total_ms')).toBe(Math.max(0, jump_ms));
    expect(last(set.points, 'first_byte_ms')).toBe(Math.max(0, jump_ms));
  });

  it('ends an ejection and keeps the retry budget working', async () => {
    const budget = { percent: 0, min_per_s: 0.5 };
    const app = balancer();
    let broken = true;
    const set = setUp({
      balancer: { ...app, retry: { ...app.retry, budget } },
      pools: [poolOf('ab')],
      select: inOrder(['p/a', 'p/b']),
      carry: (_, { origin }) =>
        broken && origin === 'p/a' ? failed('connect_failed', false) : plain(origin),
    });
    const asked = async () => {
      set.tickets.length = 0;
      await (await set.request(URL)).text();
      return set.tickets.map(({ origin }) => origin).join();
    };
    for (let i = 0; i < 5; i++) await asked();
    expect(await asked()).toBe('p/b');
    const { guards } = set.isolate;
    while (guards.budget(app).take(budget, set.clock.ms));
    broken = false;
    set.clock.ms += jump_ms;
    expect(await asked()).toBe('p/a');
    expect(guards.budget(app).take(budget, set.clock.ms)).toBe(true);
  });

  it('computes percentiles of the times that follow', () => {
    const times = new FirstByteTimes();
    const now = 10 * HOUR_MS;
    for (let i = 0; i < 200; i++) times.note(1_000, now);
    for (let i = 0; i < 200; i++) times.note(10, now + jump_ms);
    expect(times.percentile(95, now + jump_ms)).toBeLessThan(12);
  });
});
