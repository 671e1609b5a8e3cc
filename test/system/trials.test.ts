import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'vitest';
import type { ConfigFile } from '../../shared/authoring/schema.ts';
import { scriptKey } from '../../shared/contracts/scripts.ts';
import { configFor, documentOf, POOL } from '../../tools/harness/config.ts';
import { startOrigin } from '../../tools/harness/origin.ts';
import { startLoad } from './harness/load.ts';
import { startPlimsoll } from './harness/plimsoll.ts';

// Policies on trial under load: their effect on the traffic, and what data points record.

type Steering = NonNullable<ConfigFile['pools']>[number]['origin_steering'];

/** A configuration is read again after 5 s, and rankings already handed out are used for about one more. */
const TAKES_EFFECT_MS = 10_000;
/** Hundreds of requests take seconds; a busy machine takes ten times as long. */
const COUNTED_MS = 60_000;

describe.concurrent('a policy on trial', () => {
  it('decides its share of requests as a canary and none as a shadow, and no request fails', async ({
    expect,
    onTestFinished,
  }) => {
    const origins = [
      await startOrigin({ name: 'one' }),
      await startOrigin({ name: 'two' }),
      await startOrigin({ name: 'three' }),
    ];
    const config = (origin_steering: Steering) => configFor(origins, { pool: { origin_steering } });
    const plimsoll = await startPlimsoll({
      config: config({ policy: 'off', canary: { policy: 'round_robin', percent: 30 } }),
    });
    const load = startLoad(plimsoll.url, { clients: 4, pause_ms: 5 });
    onTestFinished(async () => {
      await load.stop();
      for (const part of [plimsoll, ...origins]) await part.stop();
    });
    const { points } = plimsoll;
    const reach = async (what: string, reached: () => boolean) => {
      for (const end = Date.now() + TAKES_EFFECT_MS + COUNTED_MS; !reached(); await sleep(50))
        if (Date.now() > end) throw new Error(`not in time: ${what}; ${JSON.stringify(points.at(-1))}`);
    };
    const of = (version: number) =>
      points.filter(
        ({ config_version, decision }) => config_version === version && decision !== 'failover_order',
      );
    await reach('1,000 requests', () => of(1).length >= 1_000);
    plimsoll.kv.publish(documentOf(config({ policy: 'off', shadow: { policy: 'round_robin' } }), 2));
    const cast = () => of(2).filter(({ shadow_strategy }) => shadow_strategy !== '');
    await reach('a shadow', () => cast().length >= 300);
    const { statuses, requests } = await load.stop();
    await plimsoll.pointsWritten(requests);
    expect(Object.keys(statuses)).toEqual(['200']);

    const first = of(1);
    const canary = first.filter(({ variant }) => variant === 'canary');
    // Binomial with n of 1,000 and more and p = 0.3: a standard deviation is 0.0145 of n at most; five are 0.073.
    expect(Math.abs(canary.length / first.length - 0.3)).toBeLessThan(0.073);
    expect(new Set(canary.map(({ strategy }) => strategy))).toEqual(new Set(['off/round_robin']));
    expect(new Set(canary.map(({ origin }) => origin)).size).toBe(3);
    const live = first.filter(({ variant }) => variant === 'live');
    expect(new Set(live.map(({ strategy, origin }) => `${strategy} ${origin}`))).toEqual(
      new Set([`off/off ${POOL}/one`]),
    );

    const shadowed = cast();
    for (const { origin, variant, strategy, shadow, shadow_strategy, shadow_differs } of shadowed) {
      expect({ origin, variant, strategy }).toEqual({
        origin: `${POOL}/one`,
        variant: 'live',
        strategy: 'off/off',
      });
      expect(shadow_strategy).toBe('off/round_robin');
      expect(shadow_differs).toBe(shadow === `${POOL}/one` ? 0 : 1);
    }
    // Two of three turns go there. Answers begin anywhere in a round and may be discarded before its end.
    const differs = shadowed.filter(({ shadow_differs }) => shadow_differs === 1).length / shadowed.length;
    expect(Math.abs(differs - 2 / 3)).toBeLessThan(0.1);
  });

  it('may be a script, and does not affect the traffic if it fails as a shadow', async ({
    expect,
    onTestFinished,
  }) => {
    const origins = [await startOrigin({ name: 'one' }), await startOrigin({ name: 'two' })];
    const origin_steering: Steering = { policy: 'off', shadow: { policy: 'script:gone' } };
    const plimsoll = await startPlimsoll({
      config: configFor(origins, { pool: { origin_steering } }),
      bindings: { selector: { LOADER: { loader: 'trials' } } },
    });
    onTestFinished(async () => {
      for (const part of [plimsoll, ...origins]) await part.stop();
    });
    plimsoll.kv.set(scriptKey('gone'), '{"format":1,"name":"gone","hash":"not one"}');
    for (let sent = 0; sent < 100; sent++) expect((await fetch(plimsoll.url)).status).toBe(200);
    const points = (await plimsoll.pointsWritten(100)).filter(
      ({ decision }) => decision !== 'failover_order',
    );
    expect(points.length).toBeGreaterThan(0);
    for (const { origin, strategy, shadow_strategy } of points) {
      expect({ origin, strategy }).toEqual({ origin: `${POOL}/one`, strategy: 'off/off' });
      expect(shadow_strategy).toMatch(/^off\/random \(script:gone /);
    }
  });
});
