import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it, type TestContext } from 'vitest';
import { HEALTH_KEY } from '../../shared/contracts/health.ts';
import { configFor, documentOf, POOL } from '../../tools/harness/config.ts';
import { type Origin, startOrigin } from '../../tools/harness/origin.ts';
import type { Part } from '../../tools/workerd/plimsoll.ts';
import { healthOf } from './harness/health.ts';
import { startLoad } from './harness/load.ts';
import { type Plimsoll, type PlimsollOptions, startPlimsoll } from './harness/plimsoll.ts';

// Operators replace the configuration, an origin's state and the selector while requests run.

/** A document is read again after 5 s. An answer is used for at most 10 s, and under load for about 1 s. */
const TAKES_EFFECT_MS = 10_000;
/** No request may wait for a part that is being replaced. */
const SLOWEST_MS = 1_000;

type Point = Plimsoll['points'][number];

interface Live {
  plimsoll: Plimsoll;
  origins: [Origin, Origin, Origin];
  /** Waits until the condition holds for all of the newest data points, about half a second of them. */
  until(what: string, holds: (point: Point) => boolean): Promise<void>;
  /** Ends the load and returns every data point. @throws if a request was not served, or was served too late */
  allServed(): Promise<Point[]>;
}

/** Starts three origins and a constant load of about 100 GET requests per second. */
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

describe.concurrent('under load, without a failed request', () => {
  it('a configuration takes effect within ten seconds: another strategy, then other origins', async (context) => {
    const { expect } = context;
    const { plimsoll, origins, until, allServed } = await underLoad(context, {}, ([one, two]) =>
      configFor([one, two]),
    );
    const [one, two, three] = origins;
    await until('version 1', (point) => point.config_version === 1 && point.decision !== 'failover_order');

    const random = { origin_steering: { policy: 'random' } } as const;
    plimsoll.kv.publish(documentOf(configFor([one, two], { pool: random }), 2));
    await until('random', (point) => point.config_version === 2 && point.strategy === 'off/random');

    // Gateway and selector read the new configuration at different times. Meanwhile they have no origin in common.
    plimsoll.kv.publish(documentOf(configFor([three]), 3));
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

  it('an origin that is marked down gets no traffic until it is up again', async (context) => {
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
    // A round robin over three origins gives each a third.
    expect(share).toBeGreaterThanOrEqual(0.2);
    for (const point of await allServed())
      expect(point).toMatchObject({ outcome: 'ok', status: 200, attempts: 1 });
  });

  it('the selector is replaced by another and back, while the gateway keeps running', async (context) => {
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
    // Rankings already handed out are used until another selector is there.
    expect(points.slice(warm).filter((point) => point.decision === 'failover_order')).toEqual([]);
  });
});

/** A selector whose only strategy is to take the last origin. */
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
