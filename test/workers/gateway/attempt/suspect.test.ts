import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Suspicion } from '../../../../shared/contracts/control.ts';
import { suspect } from '../../../../workers/gateway/attempt/suspect.ts';
import { Isolate } from '../../../../workers/gateway/state/isolate.ts';
import { sources } from '../../../support/sources.ts';
import { config, failed, plain, pool, rotating, setUp } from '../support.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const RULE = {
  consecutive_failures: 5,
  failure_percent: 85,
  minimum_requests: 50,
  interval_s: 10,
  base_ejection_s: 30,
  max_ejection_s: 300,
  max_ejection_percent: 50,
};

/** A gateway over two origins, of which `p/a` fails every request. */
function gateway(
  options: { monitor?: string; control?: (told: readonly Suspicion[]) => Promise<void> } = {},
) {
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
      pool('p', ['a', 'b'], {
        outlier_detection: RULE,
        ...(options.monitor === undefined ? {} : { monitor: options.monitor }),
      }),
    ],
    select: rotating(['p/a', 'p/b']),
    carry: (_, { origin }) => (origin === 'p/a' ? failed('connect_failed', false) : plain('ok')),
    bindings: { CONTROL },
  });
  const serve = async (requests: number) => {
    for (let i = 0; i < requests; i++)
      expect((await set.request('https://app.example.com/')).status).toBe(200);
    await set.settled();
  };
  return { ...set, told, serve };
}

describe('an ejection', () => {
  it('is told to the coordinator, once', async () => {
    const { serve, told } = gateway({ monitor: 'm' });
    await serve(8);
    expect(told).toEqual([]);
    await serve(12);
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
    await serve(20);
    expect(told).toHaveLength(1);
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
