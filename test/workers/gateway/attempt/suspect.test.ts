import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Suspicion } from '../../../../shared/contracts/control.ts';
import type { HealthDocument } from '../../../../shared/contracts/health.ts';
import type { OriginId } from '../../../../shared/model/ids.ts';
import { suspect } from '../../../../workers/gateway/attempt/suspect.ts';
import { Isolate } from '../../../../workers/gateway/state/isolate.ts';
import { sources } from '../../../support/sources.ts';
import { RULE } from '../ejection/outliers_support.ts';
import { config, failed, plain, pool, rotating, setUp } from '../support.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** A gateway over these origins, of which `p/a` fails every request. */
function gateway(
  options: {
    names?: string[];
    monitor?: string;
    control?: (told: readonly Suspicion[]) => Promise<void>;
  } = {},
) {
  const { names = ['a', 'b'] } = options;
  const told: Suspicion[] = [];
  const CONTROL = {
    heads: async () => {
      throw new Error('no heads');
    },
    suspect: async (suspicions: readonly Suspicion[]) => {
      told.push(...suspicions);
      await options.control?.(suspicions);
    },
  };
  const set = setUp({
    pools: [
      pool('p', names, {
        outlier_detection: RULE,
        ...(options.monitor === undefined ? {} : { monitor: options.monitor }),
      }),
    ],
    select: rotating(names.map((name): OriginId => `p/${name}`)),
    carry: (_, { origin }) => (origin === 'p/a' ? failed('connect_failed', false) : plain('ok')),
    bindings: { CONTROL },
  });
  const serve = async (requests: number) => {
    const statuses = new Set<number>();
    for (let i = 0; i < requests; i++) statuses.add((await set.request('https://app.example.com/')).status);
    await set.settled();
    return [...statuses];
  };
  return { ...set, told, serve };
}

describe('an ejection', () => {
  it('is told to the coordinator, once', async () => {
    const { serve, told } = gateway({ monitor: 'm' });
    expect(await serve(8)).toEqual([200]);
    expect(told).toEqual([]);
    expect(await serve(12)).toEqual([200]);
    expect(told).toEqual([{ origin: 'p/a' }]);
  });

  it('is not told of an origin that nobody probes', async () => {
    const { serve, told, isolate } = gateway();
    await serve(20);
    expect(isolate.guards.outliers.share('p/a', isolate.now())).toBe(0);
    expect(told).toEqual([]);
  });

  it('costs no request if the coordinator fails', async () => {
    const { serve, told } = gateway({ monitor: 'm', control: () => Promise.reject(new Error('gone')) });
    expect(await serve(20)).toEqual([200]);
    expect(told).toHaveLength(1);
  });
});

describe('the only origin of a pool, which is never ejected', () => {
  it('is told to the coordinator after as many failures, once in 10 s until it is known to be down', async () => {
    const { serve, told, clock, isolate } = gateway({ names: ['a'], monitor: 'm' });
    await serve(4);
    expect(told).toEqual([]);
    await serve(10);
    expect(told).toEqual([{ origin: 'p/a' }]);
    clock.ms += 10_000;
    await serve(10);
    expect(told).toHaveLength(2);
    const health: HealthDocument = {
      version: 1,
      published_at: clock.ms,
      heartbeat_ms: 300_000,
      origins: { 'p/a': { state: 'down', since: clock.ms, rtt_ms: {} } },
    };
    vi.spyOn(isolate.health, 'current', 'get').mockReturnValue(health);
    clock.ms += 10_000;
    await serve(10);
    expect(told).toHaveLength(2);
  });
});

describe('a suspicion', () => {
  it('is told at most once in 10 s by an isolate, and by one isolate of a data centre', async () => {
    const told: Suspicion[] = [];
    const { clock, cache } = sources(config([], []));
    const { match, put } = cache();
    vi.spyOn(caches.default, 'match').mockImplementation(match);
    vi.spyOn(caches.default, 'put').mockImplementation(put);
    const isolates = [1, 2].map(
      () =>
        new Isolate(
          {
            KV_ID: 'suspect-test',
            CONTROL: { suspect: async (all: readonly Suspicion[]) => void told.push(...all) } as never,
          },
          () => clock.ms,
        ),
    );
    const all = async () => {
      const work: Promise<unknown>[] = [];
      for (const isolate of isolates) {
        suspect(isolate, 'p/a', (each) => work.push(each));
        await Promise.all(work);
      }
      return work.length;
    };
    expect(await all()).toBe(2);
    clock.ms += 9_999;
    expect(await all()).toBe(0);
    expect(told).toEqual([{ origin: 'p/a' }]);
    clock.ms += 1;
    expect(await all()).toBe(2);
    expect(told).toHaveLength(2);
  });
});
