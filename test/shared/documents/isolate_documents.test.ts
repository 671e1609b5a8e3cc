import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dataCentreOf } from '../../../shared/documents/data_centre.ts';
import { AS_PUBLISHED, IsolateDocuments } from '../../../shared/documents/isolate_documents.ts';
import { Reader } from '../../../shared/documents/reader.ts';
import type { ConfigDocument } from '../../../shared/model/config.ts';
import { configOf } from '../../support/rankings.ts';
import { type Behaviour, sources } from '../../support/sources.ts';

const BUNDLED = configOf([], [], 0);
const ORIGIN = 'p/a';

/** Gateways in one data centre. */
function dataCentre(options: { cache?: 'shared' | 'none'; coordinator?: 'bound' | 'unbound' } = {}) {
  const all = sources(configOf([], [], 1).config);
  const cache = all.cache();
  const env = {
    KV: all.store,
    ...(options.coordinator === 'unbound' ? {} : { CONTROL: all.control }),
    ...(options.cache === 'none' ? {} : { KV_ID: 'id' }),
  };
  /** @param clock_off_ms how far this isolate's clock is ahead of the others */
  const isolate = (clock_off_ms = 0) => {
    const now = () => all.clock.ms + clock_off_ms;
    const background: Promise<unknown>[] = [];
    const defer = (work: Promise<unknown>) => void background.push(work);
    let prepared = 0;
    const documents = new IsolateDocuments<ConfigDocument>(
      new Reader(
        env,
        dataCentreOf(env, () => cache, now),
        now,
      ),
      now,
      {
        ...AS_PUBLISHED,
        prepare(document) {
          prepared++;
          return AS_PUBLISHED.prepare(document);
        },
      },
    );
    return {
      documents,
      prepared: () => prepared,
      settled: async () => {
        while (background.length > 0) await background.shift();
      },
      /** Serves a request. @returns the version and the state by which it is served */
      serve: async () => {
        await documents.look(defer);
        const { version } = documents.config ?? (await documents.cold(BUNDLED, defer));
        const state = documents.health.current?.origins[ORIGIN]?.state ?? documents.health.current?.others;
        documents.refresh(defer);
        return { version, state: state ?? 'unknown' };
      },
    };
  };
  return { ...all, shared: cache, isolate };
}

type Centre = ReturnType<typeof dataCentre>;

function change({ published }: Centre) {
  published.config_version++;
  published.health_version++;
  published.states[ORIGIN] = 'down';
}

describe('a change', () => {
  const kinds = [
    ['shared cache', dataCentre],
    ['no cache', () => dataCentre({ cache: 'none' })],
  ] as const;
  it.each(kinds)('is followed by every request ten seconds later, busy or idle (%s)', async (_, start) => {
    for (const offset_ms of [0, 1_900]) {
      const centre = start();
      // An isolate for each time between two requests.
      const isolates = [100, 1_000, 2_900, 4_700, 9_000, 31_000, 900_000].map((every_ms) => ({
        every_ms,
        ...centre.isolate(),
      }));
      const begin = centre.clock.ms;
      let changed_at = Number.POSITIVE_INFINITY;
      for (; centre.clock.ms < begin + 1_000_000; centre.clock.ms += 100) {
        const passed = centre.clock.ms - begin;
        if (passed === 35_000 + offset_ms) {
          change(centre);
          changed_at = centre.clock.ms;
        }
        for (const { every_ms, serve, settled } of isolates) {
          if (passed % every_ms !== 0) continue;
          const { state, version } = await serve();
          await settled();
          if (centre.clock.ms < changed_at) expect([version, state]).toEqual([1, 'up']);
          if (centre.clock.ms >= changed_at + 10_000) expect([version, state]).toEqual([2, 'down']);
        }
        // Only the long pauses remain.
        if (passed > 63_000) centre.clock.ms += 9_900;
      }
    }
  });

  it('costs one look of a data centre every 4 s, whatever its number of isolates', async () => {
    const centre = dataCentre();
    const isolates = Array.from({ length: 10 }, () => centre.isolate());
    for (const { serve, settled } of isolates) {
      await serve();
      await settled();
    }
    centre.log.length = 0;
    for (let passed = 0; passed < 40_000; passed += 100) {
      centre.clock.ms += 100;
      for (const { serve, settled } of isolates) {
        await serve();
        await settled();
      }
    }
    const looks = centre.log.filter((call) => call === 'coordinator heads').length;
    expect(looks).toBeLessThanOrEqual(10);
    expect(looks).toBeGreaterThanOrEqual(9);
    expect(centre.log.filter((call) => !/^cache|heads$/.test(call))).toEqual([]);
  });

  it('costs an isolate one look every 8 s where no cache works, and none at KV', async () => {
    const centre = dataCentre({ cache: 'none' });
    const { serve, settled } = centre.isolate();
    await serve();
    centre.log.length = 0;
    for (let passed = 0; passed < 80_000; passed += 100) {
      centre.clock.ms += 100;
      await serve();
      await settled();
    }
    expect(centre.log).toEqual(Array.from({ length: 10 }, () => 'coordinator heads'));
  });

  it('costs an isolate that has only KV two reads every 25 s', async () => {
    const centre = dataCentre({ cache: 'none', coordinator: 'unbound' });
    const { serve, settled } = centre.isolate();
    await serve();
    centre.log.length = 0;
    for (let passed = 0; passed < 100_000; passed += 100) {
      centre.clock.ms += 100;
      await serve();
      await settled();
    }
    expect(centre.log).toEqual(Array.from({ length: 4 }, () => ['kv config', 'kv health']).flat());
  });

  it('is followed soon after a coordinator that failed is back, where no cache works', async () => {
    const centre = dataCentre({ cache: 'none' });
    const { serve, settled } = centre.isolate();
    centre.modes.coordinator = 'fail';
    await serve();
    centre.modes.coordinator = 'ok';
    centre.modes.kv = 'fail';
    change(centre);
    let passed = 0;
    for (; passed < 30_000 && (await serve()).version !== 2; passed += 100) {
      await settled();
      centre.clock.ms += 100;
    }
    expect(passed).toBeLessThanOrEqual(11_100);
  });

  it('of the configuration makes one isolate of a data centre read the body', async () => {
    const centre = dataCentre();
    const isolates = Array.from({ length: 5 }, () => centre.isolate());
    for (const { serve, settled } of isolates) {
      expect(await serve()).toEqual({ version: 1, state: 'up' });
      await settled();
    }
    expect(centre.log.filter((call) => /body|config\//.test(call))).toEqual(['coordinator body']);
  });

  it('of the version alone reads no body and prepares nothing', async () => {
    const centre = dataCentre({ cache: 'none' });
    const { serve, settled, documents, prepared } = centre.isolate();
    await serve();
    const hash = documents.config?.hash;
    centre.log.length = 0;
    const heads = await centre.control.heads();
    vi.spyOn(centre.control, 'heads').mockResolvedValue({
      ...heads,
      ...(heads.config === undefined ? {} : { config: { ...heads.config, version: 2 } }),
    });
    centre.clock.ms += 9_500;
    expect(await serve()).toMatchObject({ version: 2 });
    await settled();
    expect(documents.config?.hash).toBe(hash);
    expect(prepared()).toBe(1);
    expect(centre.log.filter((call) => /body/.test(call))).toEqual([]);
  });
});

describe('a configuration that an older version published whole', () => {
  it('serves, and a head that follows it is taken', async () => {
    const centre = dataCentre({ coordinator: 'unbound' });
    centre.published.format = 1;
    const { serve, settled } = centre.isolate();
    expect(await serve()).toEqual({ version: 1, state: 'up' });
    await settled();
    centre.published.format = 2;
    change(centre);
    centre.clock.ms += 31_000;
    expect(await serve()).toEqual({ version: 2, state: 'down' });
  });

  it('stays the same object from look to look', async () => {
    const centre = dataCentre({ coordinator: 'unbound' });
    centre.published.format = 1;
    const { serve, settled, documents } = centre.isolate();
    await serve();
    await settled();
    const { config } = documents;
    centre.clock.ms += 31_000;
    await serve();
    expect(documents.config).toBe(config);
  });
});

describe('simultaneous requests', () => {
  it('of a cold isolate share one look', async () => {
    const centre = dataCentre({ cache: 'none' });
    const { serve } = centre.isolate();
    const served = await Promise.all(Array.from({ length: 50 }, serve));
    expect(served.every(({ version }) => version === 1)).toBe(true);
    expect(centre.log.filter((call) => call === 'coordinator heads')).toHaveLength(1);
  });

  it('are not held up by the look of a request that was cancelled', async () => {
    const centre = dataCentre({ cache: 'none' });
    const { serve, settled } = centre.isolate();
    await serve();
    await settled();
    centre.modes.coordinator = centre.modes.kv = 'hang';
    centre.clock.ms += 9_500;
    vi.useFakeTimers();
    try {
      const first = serve();
      await vi.advanceTimersByTimeAsync(1_000);
      expect(await first).toEqual({ version: 1, state: 'up' });
      centre.clock.ms += 1_000;
      // No time passes.
      expect(await serve()).toEqual({ version: 1, state: 'up' });
      change(centre);
      centre.modes.coordinator = centre.modes.kv = 'ok';
      centre.clock.ms += 10_000;
      await serve();
      await vi.advanceTimersByTimeAsync(0);
      expect(await serve()).toEqual({ version: 2, state: 'down' });
    } finally {
      vi.useRealTimers();
    }
  });
});

/** Makes a method answer later. */
function slow<K extends string, T extends Record<K, (...args: never[]) => Promise<unknown>>>(
  of: T,
  method: K,
  delay_ms: number,
): void {
  const call = of[method].bind(of);
  of[method] = (async (...args: never[]) => {
    await new Promise((resolve) => setTimeout(resolve, delay_ms));
    return call(...args);
  }) as T[K];
}

describe('what comes late', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('replaces the bundled copy, which served a cold isolate meanwhile', async () => {
    const centre = dataCentre({ cache: 'none' });
    slow(centre.control, 'body', 1_400);
    const { serve, documents } = centre.isolate();
    const first = serve();
    await vi.advanceTimersByTimeAsync(1_399);
    expect((await first).version).toBe(0);
    await vi.advanceTimersByTimeAsync(2);
    expect(documents.config?.version).toBe(1);
  });

  it('is read and prepared once for fifty simultaneous requests', async () => {
    const centre = dataCentre();
    const other = centre.isolate();
    await other.serve();
    await other.settled();
    centre.clock.ms += 20_000;
    centre.modes.coordinator = centre.modes.kv = 'hang';
    centre.log.length = 0;
    slow(centre.shared, 'match', 20);
    const { serve } = centre.isolate();
    const served = Promise.all(Array.from({ length: 50 }, serve));
    await vi.advanceTimersByTimeAsync(2_000);
    expect((await served).every(({ version }) => version === 1)).toBe(true);
    // The heads, the last good heads, and their body.
    expect(centre.log.filter((call) => call === 'cache')).toHaveLength(3);
  });

  it('does not stop a request an hour later from waiting for the truth', async () => {
    const centre = dataCentre({ cache: 'none' });
    const { serve, settled } = centre.isolate();
    await serve();
    await settled();
    centre.modes.coordinator = centre.modes.kv = 'hang';
    centre.clock.ms += 9_500;
    const first = serve();
    await vi.advanceTimersByTimeAsync(1_000);
    await first;
    centre.modes.coordinator = centre.modes.kv = 'ok';
    change(centre);
    centre.clock.ms += 3_600_000;
    expect(await serve()).toEqual({ version: 2, state: 'down' });
  });
});

it('an unusable body in the cache or at the coordinator is read from the next source', async () => {
  for (const without of ['coordinator', 'none']) {
    const centre = dataCentre();
    await centre.shared.put(
      'https://plimsoll.invalid/id/hash-of-1',
      new Response('{"format":3}', { headers: { 'cache-control': 'max-age=604800' } }),
    );
    if (without === 'coordinator') centre.control.body = async () => '{"format":3}';
    expect(await centre.isolate().serve()).toEqual({ version: 1, state: 'up' });
    expect(centre.log.at(-1)).toBe(without === 'coordinator' ? 'kv config/hash-of-1' : 'coordinator body');
  }
});

const GONE = [
  ['cache'],
  ['coordinator'],
  ['kv'],
  ['cache', 'coordinator'],
  ['cache', 'kv'],
  ['coordinator', 'kv'],
] as const;

describe.concurrent.each(['fail', 'hang', 'empty'] satisfies Behaviour[])('sources that %s', (how) => {
  it.each(GONE.map((gone) => [gone.join(' and '), gone] as const))(
    'leave a warm isolate with all that it knew (%s)',
    async (_, gone) => {
      const centre = dataCentre();
      change(centre);
      const { serve, settled } = centre.isolate();
      expect(await serve()).toEqual({ version: 2, state: 'down' });
      await settled();
      for (const source of gone) centre.modes[source] = how;
      for (let i = 0; i < 4; i++) {
        centre.clock.ms += 31_000;
        expect(await serve()).toEqual({ version: 2, state: 'down' });
      }
    },
  );

  it.each(GONE.map((gone) => [gone.join(' and '), gone] as const))(
    'leave a cold isolate with what the data centre or another source knows (%s)',
    async (_, gone) => {
      const centre = dataCentre();
      change(centre);
      const other = centre.isolate();
      await other.serve();
      await other.settled();
      centre.clock.ms += 20_000;
      for (const source of gone) centre.modes[source] = how;
      expect(await centre.isolate().serve()).toEqual({ version: 2, state: 'down' });
    },
  );

  it('leave a cold isolate with the bundled copy, and every origin unknown, if all are gone', async () => {
    const centre = dataCentre();
    for (const source of ['cache', 'coordinator', 'kv'] as const) centre.modes[source] = how;
    expect(await centre.isolate().serve()).toEqual({ version: 0, state: 'unknown' });
  });
});

describe('the first request of an isolate', () => {
  it.each([-3_600_000, -60_000, 0, 60_000, 3_600_000])(
    'goes by the truth if its clock is off by %d ms',
    async (off_ms) => {
      for (const cache of ['shared', 'none'] as const) {
        const centre = dataCentre({ cache });
        change(centre);
        const { serve } = centre.isolate(off_ms);
        expect(await serve()).toEqual({ version: 2, state: 'down' });
      }
    },
  );

  it('goes by the truth after an hour without requests', async () => {
    const centre = dataCentre();
    const { serve, settled } = centre.isolate();
    await serve();
    await settled();
    centre.clock.ms += 3_600_000;
    change(centre);
    expect(await serve()).toEqual({ version: 2, state: 'down' });
  });
});

it('two deployments of one zone do not read each other’s entries', async () => {
  const one = sources(configOf([], [], 1).config);
  const other = sources(configOf([], [], 1).config);
  other.published.config_version = 7;
  const cache = one.cache();
  const versions: (number | undefined)[] = [];
  for (const [KV_ID, { store, control }] of [
    ['a', one],
    ['b', other],
  ] as const) {
    const now = () => one.clock.ms;
    const documents = new IsolateDocuments<ConfigDocument>(
      new Reader(
        { KV: store, CONTROL: control },
        dataCentreOf({ KV_ID }, () => cache, now),
        now,
      ),
      now,
      AS_PUBLISHED,
    );
    await documents.look(() => {});
    versions.push(documents.config?.version);
  }
  expect(versions).toEqual([1, 7]);
});
