import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it, type TestContext } from 'vitest';
import { HEALTH_KEY } from '../../shared/contracts/health.ts';
import { CONFIG_KEY } from '../../shared/model/config.ts';
import { configFor, documentOf, POOL } from '../../tools/harness/config.ts';
import { type Origin, startOrigin } from '../../tools/harness/origin.ts';
import type { Part } from '../../tools/workerd/plimsoll.ts';
import { healthOf } from './harness/health.ts';
import { startLoad } from './harness/load.ts';
import { type Plimsoll, type PlimsollOptions, startPlimsoll } from './harness/plimsoll.ts';

// What operators replace while requests run: the configuration, an origin's state, the selector.

/** A copy is read again after 5 s, an answer lives for 10 s at most and a busy one for about one. */
const TAKES_EFFECT_MS = 10_000;
/** Nothing that is replaced may be waited for. */
const SLOWEST_MS = 1_000;

type Point = Plimsoll['points'][number];

interface Live {
  plimsoll: Plimsoll;
  origins: [Origin, Origin, Origin];
  /** Waits until the newest data points, as many as half a second brings, are all so. */
  until(what: string, holds: (point: Point) => boolean): Promise<void>;
  /** Ends the load and hands out every data point. @throws unless every request was served, and soon */
  allServed(): Promise<Point[]>;
}

/** Three origins and a constant load of GET requests, about 100 a second. */
async function underLoad(
  { onTestFinished }: TestContext,
  options: Omit<PlimsollOptions, 'config'>,
  configOf: (origins: Live['origins']) => PlimsollOptions['config'],
): Promise<Live> {
  const origins: Live['origins'] = [
    await startOrigin({ name: 'one' }),
    await startOrigin({ name: 'two' }),
    await startOrigin({ name: 'three' }),
  ];
  const plimsoll = await startPlimsoll({ config: configOf(origins), ...options });
  const load = startLoad(plimsoll.url, { clients: 2, pause_ms: 15 });
  onTestFinished(async () => {
    await load.stop();
    for (const part of [plimsoll, ...origins]) await part.stop();
  });
  const { points } = plimsoll;
  return {
    plimsoll,
    origins,
    until: async (what, holds) => {
      for (const end = Date.now() + TAKES_EFFECT_MS; ; ) {
        const from = points.length;
        await sleep(500);
        const newest = points.slice(from);
        if (newest.length >= 10 && newest.every(holds)) return;
        if (Date.now() > end)
          throw new Error(`not within ${TAKES_EFFECT_MS} ms: ${what}; ${JSON.stringify(newest.at(-1))}`);
      }
    },
    allServed: async () => {
      const { statuses, requests, slowest_ms } = await load.stop();
      if (Object.keys(statuses).join() !== '200' || slowest_ms > SLOWEST_MS)
        throw new Error(`${JSON.stringify(statuses)}, slowest ${slowest_ms} ms\n${plimsoll.output()}`);
      return plimsoll.pointsWritten(requests);
    },
  };
}

const names = (points: Point[]) => [...new Set(points.map((point) => point.origin))].sort();

describe.concurrent('replaced under load, without a failed request', () => {
  it('a configuration takes effect within ten seconds: another strategy, then other origins', async (context) => {
    const { expect } = context;
    const { plimsoll, origins, until, allServed } = await underLoad(context, {}, ([one, two]) =>
      configFor([one, two]),
    );
    const [one, two, three] = origins;
    await until('version 1', (point) => point.config_version === 1 && point.decision !== 'failover_order');

    const random = { origin_steering: { policy: 'random' } } as const;
    plimsoll.kv.set(CONFIG_KEY, documentOf(configFor([one, two], { pool: random }), 2));
    await until('random', (point) => point.config_version === 2 && point.strategy === 'off/random');

    // Gateway and selector read the new one at different times, and have no origin in common meanwhile.
    plimsoll.kv.set(CONFIG_KEY, documentOf(configFor([three]), 3));
    await until(
      'origin three',
      (point) => point.origin === `${POOL}/three` && point.decision !== 'failover_order',
    );

    const points = await allServed();
    for (const point of points) expect(point).toMatchObject({ outcome: 'ok', status: 200, attempts: 1 });
    const of = (version: number) => points.filter((point) => point.config_version === version);
    expect(names([...of(1), ...of(2)])).toEqual([`${POOL}/one`, `${POOL}/two`]);
    expect(names(of(3))).toEqual([`${POOL}/three`]);
    expect(of(1).length + of(2).length + of(3).length).toBe(points.length);
    expect([one.requests['GET'], two.requests['GET']].every((count) => (count ?? 0) > 0)).toBe(true);
  });

  it('an origin that is marked down leaves the traffic, and comes back', async (context) => {
    const { expect } = context;
    const { plimsoll, origins, until, allServed } = await underLoad(context, {}, (all) =>
      configFor(all, { monitor: {} }),
    );
    const [, two] = origins;
    plimsoll.kv.set(HEALTH_KEY, healthOf({ [`${POOL}/two`]: 'down' }));
    await until('without two', (point) => point.origin !== `${POOL}/two`);
    const before = two.requests['GET'];
    await sleep(500);
    expect(two.requests['GET']).toBe(before);

    const from = plimsoll.points.length;
    plimsoll.kv.set(HEALTH_KEY, healthOf({ [`${POOL}/two`]: 'up' }));
    let share = 0;
    for (const end = Date.now() + TAKES_EFFECT_MS; share < 0.2 && Date.now() < end; await sleep(100)) {
      const newest = plimsoll.points.slice(from).slice(-30);
      share = newest.filter((point) => point.origin === `${POOL}/two`).length / 30;
    }
    // A third of a round robin over three.
    expect(share).toBeGreaterThanOrEqual(0.2);
    for (const point of await allServed())
      expect(point).toMatchObject({ outcome: 'ok', status: 200, attempts: 1 });
  });

  it('the selector gives way to another one, and that one to the first, while the gateway runs on', async (context) => {
    const { expect } = context;
    const { plimsoll, until, allServed } = await underLoad(context, { selector: 'apart' }, configFor);
    const { pid, selector } = plimsoll;
    const first = 'plimsoll-selector-local';
    await until('the first', (point) => point.selector_version === first);
    const warm = plimsoll.points.length;
    await selector?.start(NEXT);
    await until('the next', (point) => point.selector_version === 'next');
    await selector?.start();
    await until('the first again', (point) => point.selector_version === first);

    const points = await allServed();
    expect(plimsoll.pid).toBe(pid);
    for (const point of points) expect(point).toMatchObject({ outcome: 'ok', attempts: 1 });
    const next = points.filter((point) => point.selector_version === 'next');
    expect(names(next)).toEqual([`${POOL}/three`]);
    expect(new Set(next.map((point) => point.strategy))).toEqual(new Set(['off/next']));
    // What was handed out serves until another is there.
    expect(points.slice(warm).filter((point) => point.decision === 'failover_order')).toEqual([]);
  });
});

/** A selector that knows one strategy: the last origin. */
const NEXT: Part = {
  module: `import { WorkerEntrypoint } from 'cloudflare:workers';
    export default class extends WorkerEntrypoint {
      async select({ want, config_version }) {
        const ranking = { origins: ['${POOL}/three'], finalists: 0 };
        return { rankings: Array(want).fill(ranking), use: 'once', vary: [], max_age_ms: 10000,
          strategy: 'off/next', version: 'next', config_version, health_version: 0 };
      }
    }`,
};
