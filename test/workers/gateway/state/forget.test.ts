import { describe, expect, it } from 'vitest';
import type { Balancer, Origin, Pool } from '../../../../shared/model/config.ts';
import { type CompiledConfig, compileConfig } from '../../../../workers/gateway/state/compiled_config.ts';
import { health, poolOf, RULE } from '../ejection/outliers_support.ts';
import { balancer, config, documentOf, failed, inOrder, last, origin, plain, setUp } from '../support.ts';

const URL = 'https://app.example.com/x';
const MOVED: Partial<Origin> = { address: 'new.example.com', url: 'https://new.example.com' };

/** A gateway that has ejected `p/a`. */
async function ejected() {
  const rows: unknown[] = [];
  const set = setUp({
    pools: [poolOf('ab')],
    select: inOrder(['p/a', 'p/b']),
    carry: (request, ticket) =>
      request.url.startsWith('https://a.') ? failed('connect_failed', false) : plain(ticket.origin),
    bindings: { HEALTH: { writeDataPoint: (row: unknown) => void rows.push(row) } },
  });
  for (let i = 0; i < 5; i++) await (await set.request(URL)).text();
  const publish = (pool: Pool, app: Balancer = balancer()) => {
    const compiled: CompiledConfig = compileConfig(documentOf(config([app], [pool]), 2));
    Object.defineProperty(set.isolate, 'config', { get: () => compiled, configurable: true });
  };
  const ask = async () => (await set.request(URL)).text();
  return { ...set, rows, publish, ask };
}

const withOrigin = (change: Partial<Origin>, rule: Partial<Pool> = {}): Pool =>
  poolOf('ab', { origins: [origin('p', 'a', change), origin('p', 'b')], ...rule });

describe('an ejection', () => {
  it('survives a configuration that changes nothing it depends on', async () => {
    const { publish, ask, points } = await ejected();
    publish(withOrigin({ weight: 2 }, { minimum_origins: 2 }));
    expect(await ask()).toBe('p/b');
    expect(last(points, 'events')).toBe('ejected');
  });

  it.each([
    ['address', withOrigin(MOVED)],
    ['Host', withOrigin({ ...MOVED, url: 'https://b.example.com', host: 'other.example.com' })],
    ['proxy', withOrigin({ ...MOVED, proxy: 'PROXY' })],
  ])('ends when the %s of its origin changes, and the health dataset says so', async (_, pool) => {
    const { publish, ask, rows, isolate } = await ejected();
    publish(pool);
    expect(await ask()).toBe('p/a');
    expect(isolate.guards.outliers.quiet).toBe(true);
    expect(rows).toHaveLength(2);
  });

  it.each([
    ['is switched off', {}],
    ['changes', { outlier_detection: { ...RULE, consecutive_failures: 6 } }],
  ])('ends when its rule %s', async (_, rule) => {
    const { publish, ask, isolate } = await ejected();
    const { outlier_detection: _off, ...plainly } = poolOf('ab');
    publish({ ...plainly, ...rule });
    await ask();
    expect(isolate.guards.outliers.quiet).toBe(true);
  });

  it('is not caused by an attempt that began at the old address', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const set = setUp({
      pools: [poolOf('ab', { outlier_detection: { ...RULE, consecutive_failures: 1 } })],
      select: inOrder(['p/a']),
      carry: () => promise.then(() => failed('connection_lost', true)),
    });
    const answer = set.request(URL);
    await new Promise((done) => setTimeout(done, 5));
    const compiled = compileConfig(
      documentOf(
        config(
          [balancer()],
          [withOrigin(MOVED, { outlier_detection: { ...RULE, consecutive_failures: 1 } })],
        ),
        2,
      ),
    );
    Object.defineProperty(set.isolate, 'config', { get: () => compiled });
    resolve();
    await answer;
    expect(set.isolate.guards.outliers.quiet).toBe(true);
  });
});

describe('other measurements', () => {
  it('are forgotten with the address of an origin: times, reports, requests in flight', async () => {
    const { publish, ask, isolate, clock } = await ejected();
    const { latency, reports, inflight } = isolate;
    for (const id of ['p/a', 'p/b'] as const) {
      latency.observe(id, 900, 1e9, clock.ms);
      reports.note(id, { named_metrics: { rif: 7 } }, 0, 1, clock.ms);
    }
    const leave = [inflight.begin('p/a'), inflight.begin('p/b')];
    publish(withOrigin(MOVED));
    await ask();
    const known = (['p/a', 'p/b'] as const).map((id) => [
      latency.of(id, 30, 1e9, clock.ms),
      reports.recent(id, 1_000, clock.ms)?.rif,
      inflight.of(id),
    ]);
    expect(known).toEqual([
      [30, undefined, 0],
      [900, 7, 1],
    ]);
    for (const end of leave) end();
    expect([inflight.of('p/a'), inflight.of('p/b')]).toEqual([0, 0]);
  });

  it('are forgotten with the settings of a balancer: its budget with that of retries, its times with its origins', async () => {
    const budget = { percent: 0, min_per_s: 0.1 };
    const app = balancer({ hedging: { percentile: 50 }, retry: { ...balancer().retry, budget } });
    const { isolate, clock, publish, ask } = await ejected();
    publish(poolOf('ab'), app);
    await ask();
    const { guards } = isolate;
    const spend = () => guards.budget(app).take(budget, clock.ms);
    const known = () => guards.times(app).percentile(50, clock.ms) !== undefined;
    for (let i = 0; i < 20; i++) guards.times(app).note(10, clock.ms);
    expect([spend(), spend(), known()]).toEqual([true, false, true]);
    publish(poolOf('ab'), { ...app, rewrite_redirects: false });
    await ask();
    expect([spend(), known()]).toEqual([false, true]);
    publish(withOrigin(MOVED), { ...app, retry: { ...app.retry, budget: { ...budget, min_per_s: 0.2 } } });
    await ask();
    expect([spend(), known()]).toEqual([true, false]);
  });
});

describe('kept answers', () => {
  /** Asks once before and once after a health document, and counts the questions to the selector. */
  async function questionsAround(before: States, after: States, others?: 'up') {
    const set = setUp({ pools: [poolOf('ab', { monitor: 'm' })], select: inOrder(['p/a', 'p/b']) });
    const publish = (states: States, version: number) => {
      const found = { ...health(states, set.clock.ms), version, ...(others && { others }) };
      set.isolate.health.take(found, set.clock.ms, 0);
    };
    publish(before, 1);
    await set.request(URL);
    publish(after, 2);
    await set.request(URL);
    return set.questions.length;
  }
  type States = Parameters<typeof health>[0];

  it.each<[string, States, States, 'up' | undefined, number]>([
    [
      'stay while every state stays',
      { a: ['up', 1], b: ['down', 1] },
      { b: ['down', 2], a: ['up', 3] },
      undefined,
      1,
    ],
    ['stay when an origin that is up is no longer listed', { a: ['up', 1] }, {}, 'up', 1],
    ['are dropped when an origin goes down', { a: ['up', 1] }, { a: ['down', 2] }, undefined, 2],
    ['are dropped when an origin that was not listed goes down', {}, { b: ['down', 2] }, 'up', 2],
    ['are dropped when an origin that was down is no longer listed', { b: ['down', 2] }, {}, 'up', 2],
  ])('%s', async (_, before, after, others, questions) => {
    expect(await questionsAround(before, after, others)).toBe(questions);
  });
});
