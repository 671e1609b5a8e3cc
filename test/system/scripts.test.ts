import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it, type TestContext } from 'vitest';
import { scriptKey, sourceKey } from '../../shared/contracts/scripts.ts';
import { configFor, documentOf, POOL } from '../../tools/harness/config.ts';
import type { KvStandIn } from '../../tools/harness/kv.ts';
import { type Origin, startOrigin } from '../../tools/harness/origin.ts';
import type { Part } from '../../tools/workerd/plimsoll.ts';
import { startLoad } from './harness/load.ts';
import { type Plimsoll, startPlimsoll } from './harness/plimsoll.ts';

// Good and bad strategies that the selector loads from KV while requests run. `lb strategy publish` would have refused the
// bad ones.

/** A document is read again after 5 s. An answer is used for at most 10 s, and under load for about 1 s. */
const TAKES_EFFECT_MS = 12_000;
/** No request waits for a script longer than for the selector. */
const SLOWEST_MS = 1_000;

/** The selector reads KV again after 5 s. A gateway under load asks it once a second. */
const LOOPS_BY_MS = 8_000;

type Point = Plimsoll['points'][number];

/** Starts three origins under a constant load of about 100 requests per second, with this script as `script:mine`. */
async function underLoad(
  { onTestFinished }: TestContext,
  script: ((first: Origin) => string) | undefined,
  selector: 'real' | 'apart' = 'real',
  policy: 'script:mine' | 'random' = 'script:mine',
) {
  const one = await startOrigin({ name: 'one' });
  const origins = [one, await startOrigin({ name: 'two' }), await startOrigin({ name: 'three' })];
  const config = (policy: 'round_robin' | 'random' | 'script:mine') =>
    configFor(origins, { pool: { origin_steering: { policy } } });
  const plimsoll = await startPlimsoll({
    config: config('round_robin'),
    selector,
    bindings: { selector: { LOADER: { loader: 'scripts' } } },
  });
  const load = startLoad(plimsoll.url, { clients: 2, pause_ms: 15 });
  onTestFinished(async () => {
    await load.stop();
    for (const part of [plimsoll, ...origins]) await part.stop();
  });
  const { points } = plimsoll;
  const until = async (what: string, holds: (point: Point) => boolean) => {
    for (const end = Date.now() + TAKES_EFFECT_MS; ; ) {
      const from = points.length;
      await sleep(500);
      const newest = points.slice(from);
      if (newest.length >= 10 && newest.every(holds)) return newest;
      if (Date.now() > end)
        throw new Error(
          `not within ${TAKES_EFFECT_MS} ms: ${what}; ${JSON.stringify(newest.at(-1))}\n${plimsoll.output()}`,
        );
    }
  };
  const allServed = async () => {
    const { statuses, requests, slowest_ms } = await load.stop();
    if (Object.keys(statuses).join() !== '200' || slowest_ms > SLOWEST_MS)
      throw new Error(`${JSON.stringify(statuses)}, slowest ${slowest_ms} ms\n${plimsoll.output()}`);
    return plimsoll.pointsWritten(requests);
  };
  await until('round_robin', ({ strategy }) => strategy === 'off/round_robin');
  if (script !== undefined) publish(plimsoll.kv, script(one));
  plimsoll.kv.publish(documentOf(config(policy), 2));
  return { plimsoll, one, until, allServed, config };
}

function publish(kv: KvStandIn, source: string): void {
  const hash = createHash('sha256').update(source).digest('hex');
  kv.values.set(sourceKey(hash), source);
  kv.set(scriptKey('mine'), { format: 1, name: 'mine', hash, published_at: '2026-01-01T00:00:00.000Z' });
}

/** A bundle whose strategy has this body of `rank`. */
const ranking = (body: string) =>
  `export default { name: 'mine', reads: [], use: 'once', weighted: false, rank(targets, facts, draw) { ${body} } };`;
const only = (name: string) => ranking(`return { order: ['${POOL}/${name}'] };`);

const BY_SCRIPT = 'off/script:mine';

/** A selector whose only strategy is to take the first origin. */
const NEXT: Part = {
  module: `import { WorkerEntrypoint } from 'cloudflare:workers';
    export default class extends WorkerEntrypoint {
      async select({ want, config_version }) {
        const ranking = { origins: ['${POOL}/one'], finalists: 0 };
        return { rankings: Array(want).fill(ranking), use: 'once', vary: [], max_age_ms: 10000,
          strategy: 'off/next', version: 'next', config_version, health_version: 0 };
      }
    }`,
};

/** Returns when a process was started, as the operating system writes it. */
const startOf = (pid: number) =>
  execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });

const names = (points: Point[]) => [...new Set(points.map((point) => point.origin))].sort();
const ALL = [`${POOL}/one`, `${POOL}/three`, `${POOL}/two`];

describe.concurrent('strategy scripts', () => {
  it('replace the strategy like (a) a configuration and (b) a selector do, one after the other', async (context) => {
    const { expect } = context;
    const { plimsoll, until, allServed, config } = await underLoad(context, undefined, 'apart', 'random');
    const { pid, kv, selector, points } = plimsoll;
    const started_at = startOf(pid);
    await until('(a) random', ({ strategy }) => strategy === 'off/random');
    kv.publish(documentOf(config('round_robin'), 3));
    await until('(a) rolled back', ({ strategy }) => strategy === 'off/round_robin');

    await selector?.start(NEXT);
    await until('(b) the next selector', ({ strategy }) => strategy === 'off/next');
    await selector?.start();
    await until('(b) rolled back', ({ strategy }) => strategy === 'off/round_robin');

    publish(kv, only('two'));
    kv.publish(documentOf(config('script:mine'), 4));
    await until(
      '(c) the script',
      ({ strategy, origin }) => strategy === BY_SCRIPT && origin === `${POOL}/two`,
    );
    publish(kv, only('three'));
    await until('(c) its next version', ({ origin }) => origin === `${POOL}/three`);
    publish(kv, only('two'));
    await until('(c) its version rolled back', ({ origin }) => origin === `${POOL}/two`);
    kv.publish(documentOf(config('round_robin'), 5));
    await until('(c) the configuration rolled back', ({ strategy }) => strategy === 'off/round_robin');

    for (const point of await allServed()) expect(point).toMatchObject({ outcome: 'ok', attempts: 1 });
    expect([plimsoll.pid, startOf(pid)]).toEqual([pid, started_at]);
    // Data points show when each change took effect. Until a script is loaded, `random` may replace it for a second.
    const begin = new Set(
      points.filter(({ decision }) => decision !== 'failover_order').map(({ strategy }) => strategy),
    );
    expect([...begin].filter((strategy) => !strategy.includes('(script:'))).toEqual([
      'off/round_robin',
      'off/random',
      'off/next',
      BY_SCRIPT,
    ]);
  }, 120_000);

  it.for([
    ['throws', ranking(`throw new Error('no')`), 'failed'],
    ['names an origin that is not its own', only('stranger'), 'failed'],
    ['does not load', 'export default', 'broken'],
  ] as const)(
    'are replaced by random, which data points show, when one %s',
    async ([_, script, why], context) => {
      const { expect } = context;
      const { until, allServed } = await underLoad(context, () => script);
      const newest = await until(why, ({ strategy }) => strategy === `off/random (script:mine ${why})`);
      expect(names(newest)).toEqual(ALL);
      for (const point of await allServed()) expect(point).toMatchObject({ outcome: 'ok', attempts: 1 });
    },
  );

  it('cannot reach the network', async (context) => {
    const { expect } = context;
    const { one, until, allServed } = await underLoad(context, ({ port }) =>
      ranking(
        `fetch('http://127.0.0.1:${port}/', { method: 'DELETE' }).catch(() => {}); return { order: ['${POOL}/two'] };`,
      ),
    );
    await until('the script', ({ strategy }) => strategy === 'off/script:mine');
    for (const point of await allServed()) expect(point).toMatchObject({ outcome: 'ok', attempts: 1 });
    expect(one.requests['DELETE'] ?? 0).toBe(0);
  });

  // The local runtime has no limit of processor time, so an endless loop blocks the selector's process. The test shows that
  // the gateway continues. In production the platform ends such a call.
  it('lose no request when one never ends: the gateway continues without its selector', async (context) => {
    const { expect } = context;
    const { plimsoll, until, allServed } = await underLoad(context, () => ranking('for (;;);'), 'apart');
    await until('the configuration with it', ({ config_version }) => config_version === 2);
    // The selector has to read both, and to be asked again.
    await sleep(LOOPS_BY_MS);
    for (const point of await allServed()) expect(point).toMatchObject({ outcome: 'ok', attempts: 1 });

    // A gateway that starts now has no kept answers and gets none.
    await plimsoll.restart();
    const from = plimsoll.points.length;
    expect((await fetch(plimsoll.url)).status).toBe(200);
    const points = await plimsoll.pointsWritten(from + 1);
    expect(points[from]).toMatchObject({ outcome: 'ok', decision: 'failover_order' });
  });
});
