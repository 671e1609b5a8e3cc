import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DataPoint } from '../../../shared/analytics/data_point.ts';
import type { ProbeOrder, ProbeResult } from '../../../shared/contracts/carrying.ts';
import type * as Contracts from '../../../shared/contracts/control.ts';
import { HEALTH_KEY, type HealthDocument } from '../../../shared/contracts/health.ts';
import { parseBody } from '../../../shared/documents/body.ts';
import { CONFIG_KEY, type Config, type ConfigDocument } from '../../../shared/model/config.ts';
import { runNow } from '../../../shared/time/steps.ts';
import type { Env } from '../../../workers/health/env.ts';
import type { Monitors } from '../../../workers/health/monitors.ts';
import { watched as watchedBy } from '../../../workers/health/probe/order.ts';
import type { Publication } from '../../../workers/health/publish/publication.ts';
import type { Region } from '../../../workers/health/region.ts';
import type { WatchRecord } from '../../../workers/health/schedule/schedule.ts';
import worker from '../../../workers/health/worker.ts';
import { config, configDocument, origin } from './fixture.ts';

const bindings = env as unknown as Env;

const UP: ProbeResult = { healthy: true, status: 200, rtt_ms: 3 };
const REFUSED: ProbeResult = { healthy: false, reason: 'tcp_connection_failed', status: 0, rtt_ms: 1 };

/** The proxy's results, by origin. */
let answers: Record<string, (order: ProbeOrder) => Promise<ProbeResult>>;
let probes: string[];
let points: DataPoint[];
let monitors: DurableObjectStub<Monitors>;
let tests = 0;

beforeEach(() => {
  answers = {};
  probes = [];
  points = [];
  vi.spyOn(console, 'log').mockImplementation(() => {});
  vi.spyOn(console, 'error').mockImplementation(() => {});
  Object.assign(bindings, {
    PROXY: {
      probe: async (order: ProbeOrder) => {
        probes.push(order.origin);
        return (await answers[order.origin]?.(order)) ?? UP;
      },
    },
    HEALTH: { writeDataPoint: (point: DataPoint) => void points.push(point) },
  });
  // A fresh object per test, because an object of an earlier test may still run its clock.
  monitors = bindings.MONITORS.getByName(`monitors-${tests++}`);
});

afterEach(async () => {
  vi.restoreAllMocks();
  // An object whose clock still runs would probe through the proxy of the next test. A round that is under way sets the
  // alarm once more, so that alarm must do nothing.
  await runInDurableObject(monitors, async (instance, state) => {
    instance.alarm = async () => {};
    await state.storage.deleteAlarm();
  });
  await bindings.KV.delete(CONFIG_KEY);
  await bindings.KV.delete(HEALTH_KEY);
});

// Each of these takes a second or two, and several times as long on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

/** Publishes a configuration and starts the clock. With `random` at 0, the first checks start immediately. */
async function watch(watched: Config): Promise<void> {
  vi.spyOn(Math, 'random').mockReturnValue(0);
  await bindings.KV.put(CONFIG_KEY, JSON.stringify(configDocument(watched)));
  await monitors.wake();
}

/** The only entry that a configuration lists. */
function watchedOf(content: Config) {
  const [only] = watchedBy(content);
  if (only === undefined) throw new Error('the configuration lists nothing to check');
  return only;
}

const read = () => bindings.KV.get<HealthDocument>(HEALTH_KEY, 'json');

/** Runs alarms until the published document matches. The object's own clock may run some of them. */
async function until(expected: Record<string, unknown>): Promise<void> {
  await vi.waitFor(
    async () => {
      await runDurableObjectAlarm(monitors);
      expect((await read())?.origins).toMatchObject(expected);
    },
    { timeout: 12_000, interval: 50 },
  );
}

// Shorter than a configuration may ask for, so that a test takes seconds instead of minutes.
const QUICK = { monitor: { interval_ms: 200, timeout_ms: 100, consecutive_down: 2, consecutive_up: 2 } };

describe('Monitors', () => {
  it('probes each origin and publishes its state, also when it goes down and up again', async () => {
    await watch(config([origin('a'), origin('b')], QUICK));
    await until({ 'p/a': { state: 'up' }, 'p/b': { state: 'up' } });
    expect((await monitors.health())?.origins['p/a']?.rtt_ms).toEqual({ default: 3 });
    answers['p/b'] = async () => REFUSED;
    await until({ 'p/a': { state: 'up' }, 'p/b': { state: 'down', reason: 'tcp_connection_failed' } });
    delete answers['p/b'];
    await until({ 'p/b': { state: 'up' } });
    expect((await read())?.origins['p/b']?.reason).toBeUndefined();
  });

  it('records a data point for each check and each transition', async () => {
    await watch(config([origin('a')], QUICK));
    await until({ 'p/a': { state: 'up' } });
    await vi.waitFor(() => expect(points.length).toBeGreaterThan(1));
    const check = points.find(({ blobs }) => blobs[0] === 'check');
    const transition = points.find(({ blobs }) => blobs[0] === 'transition');
    expect(check).toMatchObject({
      indexes: ['p/a'],
      blobs: ['check', 'p', 'm', 'up', 'unknown', '', 'default'],
    });
    expect(transition).toMatchObject({
      indexes: ['p/a'],
      blobs: ['transition', 'p', 'm', 'up', 'unknown', '', 'default'],
    });
    expect(check?.doubles).toEqual([3, 200, 1, 0]);
    expect(points.filter(({ blobs }) => blobs[0] === 'check').length).toBe(probes.length);
  });

  it('continues when data points cannot be recorded', async () => {
    Object.assign(bindings, {
      HEALTH: {
        writeDataPoint: () => {
          throw new Error('no sink');
        },
      },
    });
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    await watch(config([origin('a')], QUICK));
    await until({ 'p/a': { state: 'up' } });
  });

  it('keeps its streak when it is evicted between two failures', async () => {
    answers['p/a'] = async () => REFUSED;
    await watch(config([origin('a')], { monitor: { interval_ms: 3_600_000, consecutive_down: 2 } }));
    await vi.waitFor(() => expect(points.length).toBe(1));
    await evictDurableObject(monitors);
    await runInDurableObject(monitors, (_, { storage }) => {
      storage.kv.put('origin:p/a', { ...storage.kv.get<WatchRecord>('origin:p/a'), next_at: 0 });
    });
    await until({ 'p/a': { state: 'down' } });
    expect(probes).toEqual(['p/a', 'p/a']);
  });

  it('keeps its last good configuration when it is evicted and KV has none', async () => {
    await watch(config([origin('a')], QUICK));
    await until({ 'p/a': { state: 'up' } });
    await bindings.KV.delete(CONFIG_KEY);
    await evictDurableObject(monitors);
    answers['p/a'] = async () => REFUSED;
    await until({ 'p/a': { state: 'down' } });
  });

  it('delays no other origin, and takes none down, when a proxy hangs or throws', async () => {
    answers['p/hangs'] = () => new Promise(() => {});
    answers['p/throws'] = () => Promise.reject(new Error('no such method'));
    // The check hangs for a minute, far longer than the test waits for the others.
    const patient = { monitor: { ...QUICK.monitor, timeout_ms: 60_000 } };
    await watch(config([origin('hangs'), origin('throws'), origin('fine')], patient));
    await until({
      'p/fine': { state: 'up' },
      'p/throws': { state: 'unknown' },
      'p/hangs': { state: 'unknown' },
    });
    answers['p/fine'] = async () => REFUSED;
    await until({
      'p/fine': { state: 'down' },
      'p/throws': { state: 'unknown' },
      'p/hangs': { state: 'unknown' },
    });
    expect(probes.filter((id) => id === 'p/fine').length).toBeGreaterThanOrEqual(3);
  });

  it('probes at most five origins at a time, because the sixth connection is for webhooks', async () => {
    let running = 0;
    let most = 0;
    const names = Array.from({ length: 14 }, (_, n) => `o${n}`);
    for (const name of names) {
      answers[`p/${name}`] = async () => {
        most = Math.max(most, ++running);
        await new Promise((done) => setTimeout(done, 20));
        running--;
        return UP;
      };
    }
    await watch(
      config(
        names.map((name) => origin(name)),
        { monitor: { interval_ms: 3_600_000 } },
      ),
    );
    await until(Object.fromEntries(names.map((name) => [`p/${name}`, { state: 'up' }])));
    expect(most).toBe(5);
    expect(probes.length).toBe(14);
  });

  it('publishes later when KV fails, and its clock continues', async () => {
    const put = vi.spyOn(bindings.KV, 'put');
    await watch(config([origin('a')], QUICK));
    put.mockRejectedValue(new Error('KV is down'));
    await bindings.KV.delete(HEALTH_KEY);
    await runDurableObjectAlarm(monitors);
    expect(await read()).toBeNull();
    expect(await runInDurableObject(monitors, (_, state) => state.storage.getAlarm())).not.toBeNull();
    put.mockRestore();
    await until({ 'p/a': { state: 'up' } });
  });

  it('sets the next alarm after a failed round', async () => {
    await bindings.KV.put(CONFIG_KEY, JSON.stringify(configDocument(config([origin('a')], QUICK))));
    const random = vi.spyOn(Math, 'random').mockImplementation(() => {
      throw new Error('no dice');
    });
    await monitors.wake();
    await vi.waitFor(() => expect(random).toHaveBeenCalled());
    random.mockReturnValue(0);
    // This test runs no alarm itself. The object's own clock must continue.
    await vi.waitFor(async () => expect((await read())?.origins['p/a']?.state).toBe('up'), {
      timeout: 5_000,
    });
  });

  it('applies a new configuration, and rejects one that it cannot read', async () => {
    await watch(config([origin('a'), origin('b')], QUICK));
    await until({ 'p/a': { state: 'up' }, 'p/b': { state: 'up' } });
    // After an eviction it reads KV immediately instead of within ten seconds.
    await bindings.KV.put(
      CONFIG_KEY,
      JSON.stringify(configDocument(config([origin('b'), origin('c')], QUICK), 2)),
    );
    await evictDurableObject(monitors);
    await until({ 'p/b': { state: 'up' }, 'p/c': { state: 'up' } });
    expect(Object.keys((await read())?.origins ?? {}).sort()).toEqual(['p/b', 'p/c']);
    await bindings.KV.put(CONFIG_KEY, JSON.stringify({ format: 2 }));
    await evictDurableObject(monitors);
    answers['p/c'] = async () => REFUSED;
    await until({ 'p/b': { state: 'up' }, 'p/c': { state: 'down' } });
  });
});

describe('Monitors with a webhook that hangs', () => {
  it('keeps checking and publishing on time', async () => {
    const posted = vi.spyOn(globalThis, 'fetch').mockImplementation(() => new Promise(() => {}));
    answers['p/a'] = async () => REFUSED;
    await watch({
      ...config([origin('a'), origin('b')], QUICK),
      notifications: [{ name: 'ops', url: 'https://x.example/' }],
    });
    await until({ 'p/a': { state: 'down' }, 'p/b': { state: 'up' } });
    await vi.waitFor(() => expect(posted).toHaveBeenCalledTimes(1));
    answers['p/b'] = async () => REFUSED;
    await until({ 'p/b': { state: 'down' } });
    delete answers['p/a'];
    await until({ 'p/a': { state: 'up' }, 'p/b': { state: 'down' } });
    expect(posted).toHaveBeenCalledTimes(1);
  });
});

describe('Monitors with an origin that flaps', () => {
  it('holds the origin at degraded after its third fall', async () => {
    await watch(
      config([origin('a'), origin('b')], {
        monitor: { ...QUICK.monitor, consecutive_down: 1, consecutive_up: 1 },
      }),
    );
    await until({ 'p/a': { state: 'up' } });
    for (let falls = 1; falls <= 3; falls++) {
      answers['p/a'] = async () => REFUSED;
      await until({ 'p/a': { state: 'down' } });
      delete answers['p/a'];
      await until({ 'p/a': { state: falls < 3 ? 'up' : 'degraded' }, 'p/b': { state: 'up' } });
    }
    expect((await read())?.origins['p/a']).toMatchObject({ flapping: true, reason: 'tcp_connection_failed' });
    expect((await read())?.origins['p/b']).not.toHaveProperty('flapping');
  });
});

describe('Monitors with regions', () => {
  const regional = config([origin('a')], { ...QUICK, pool: { check_regions: ['WEU', 'EEU', 'SEAS'] } });

  /** The Durable Objects of the three regions. */
  const objects = (): DurableObjectStub<Region>[] =>
    ['weur', 'eeur', 'apac'].map((region) =>
      bindings.REGIONS.getByName(`${monitors.id.toString()} ${region}`),
    );

  afterEach(async () => {
    for (const object of objects())
      await runInDurableObject(object, async (instance, state) => {
        instance.alarm = async () => {};
        await state.storage.deleteAlarm();
      });
  });

  it('publishes up while two of three regions reach the origin, and down when only one does', async () => {
    const broken = new Set(['apac']);
    answers['p/a'] = async ({ region = '' }) => (broken.has(region) ? REFUSED : UP);
    await watch(regional);
    await until({
      'p/a': { state: 'up', regions: { weur: 'up', eeur: 'up', apac: 'down' } },
    });
    expect((await monitors.health())?.origins['p/a']?.rtt_ms).toEqual({ weur: 3, eeur: 3 });
    broken.add('eeur');
    await until({
      'p/a': {
        state: 'down',
        reason: 'tcp_connection_failed',
        regions: { weur: 'up', eeur: 'down', apac: 'down' },
      },
    });
    broken.clear();
    await until({ 'p/a': { state: 'up', regions: { weur: 'up', eeur: 'up', apac: 'up' } } });
    expect(probes.length).toBeGreaterThan(3);
  });

  it('checks a suspected origin at once from all its regions', async () => {
    const hourly = { interval_ms: 3_600_000, consecutive_down: 3 };
    await watch(config([origin('a')], { monitor: hourly, pool: { check_regions: ['WEU', 'EEU', 'SEAS'] } }));
    const seen = { weur: 'up', eeur: 'up', apac: 'up' };
    await until({ 'p/a': { state: 'up', regions: seen } });
    answers['p/a'] = async ({ region = '' }) => (region === 'weur' ? UP : REFUSED);
    probes.length = 0;
    await monitors.suspect([{ origin: 'p/a' }]);
    await until({ 'p/a': { state: 'down', regions: { ...seen, eeur: 'down', apac: 'down' } } });
    // Three failures each, and the success that ends the suspicion in the third region.
    expect(probes).toHaveLength(7);
  });

  it('keeps the state when a pool is given regions, and when they are removed', async () => {
    answers['p/a'] = async () => REFUSED;
    await watch(config([origin('a')], QUICK));
    await until({ 'p/a': { state: 'down' } });
    const since = (await read())?.origins['p/a']?.since;
    const states: (string | undefined)[] = [];
    for (const next of [regional, config([origin('a')], QUICK)]) {
      await bindings.KV.put(CONFIG_KEY, JSON.stringify(configDocument(next, states.length + 2)));
      // No state changes, so without this the next document would come with the heartbeat.
      await runInDurableObject(monitors, (_, { storage }) => {
        storage.kv.put('publication', { ...storage.kv.get<Publication>('publication'), published_at: 0 });
      });
      await evictDurableObject(monitors);
      const before = (await read())?.version ?? 0;
      await vi.waitFor(
        async () => {
          await runDurableObjectAlarm(monitors);
          const document = await read();
          states.push(document?.origins['p/a']?.state);
          expect(document?.version).toBeGreaterThan(before);
          expect('regions' in (document?.origins['p/a'] ?? {})).toBe(next === regional);
        },
        { timeout: 12_000, interval: 50 },
      );
    }
    expect(new Set(states)).toEqual(new Set(['down']));
    expect((await read())?.origins['p/a']?.since).toBe(since);
  });

  it('stops a region that is no longer needed', async () => {
    await watch(regional);
    await until({ 'p/a': { state: 'up' } });
    await bindings.KV.put(CONFIG_KEY, JSON.stringify(configDocument(config([origin('a')], QUICK), 2)));
    await evictDurableObject(monitors);
    await vi.waitFor(
      async () => {
        await runDurableObjectAlarm(monitors);
        for (const object of objects())
          expect(
            await runInDurableObject(object, (_, { storage }) => [...storage.kv.list({ prefix: 'origin:' })]),
          ).toEqual([]);
      },
      { timeout: 12_000, interval: 50 },
    );
  });
});

describe('The coordinator', () => {
  const hourly = { monitor: { interval_ms: 3_600_000, consecutive_down: 3 } };

  it('tells the published configuration and the health of its origins at once', async () => {
    await watch(config([origin('a')], QUICK));
    await until({ 'p/a': { state: 'up' } });
    const document = configDocument(config([origin('a'), origin('b')], QUICK), 2);
    expect(await monitors.announce(document)).toBe(true);
    const { config: head, health, health_age_ms } = await monitors.heads();
    expect(head).toMatchObject({ format: 2, version: 2, hash: document.hash });
    expect(health).toMatchObject({ others: 'up', origins: { 'p/b': { state: 'unknown' } } });
    expect(health_age_ms).toBeLessThan(1_000);
    const body = (await monitors.body(document.hash)) ?? '';
    expect(new TextEncoder().encode(body).byteLength).toBe(head?.size_bytes);
    expect(runNow(parseBody(body))).toEqual(document.config);
    expect(await monitors.body('another')).toBeUndefined();
  });

  it('keeps the newer configuration when an older one is announced, and refuses what it cannot read', async () => {
    await monitors.announce(configDocument(config([origin('a')], QUICK), 3));
    expect(await monitors.announce(configDocument(config([origin('b')], QUICK), 2))).toBe(false);
    await runInDurableObject(monitors, (instance) =>
      expect(instance.announce({ format: 1 } as never)).rejects.toThrow('no configuration'),
    );
    expect((await monitors.heads()).config?.version).toBe(3);
  });

  it('tells no configuration while none is published', async () => {
    await monitors.wake();
    expect((await monitors.heads()).config).toBeUndefined();
  });

  it('tells what it has stored directly after an eviction, in a new version', async () => {
    answers['p/a'] = async () => REFUSED;
    await watch(config([origin('a')], QUICK));
    await until({ 'p/a': { state: 'down' } });
    const before = await monitors.heads();
    await runInDurableObject(monitors, (_, { storage }) => storage.deleteAlarm());
    await evictDurableObject(monitors);
    const after = await monitors.heads();
    expect(after.config).toEqual(before.config);
    expect(after.health?.origins['p/a']).toEqual(before.health?.origins['p/a']);
    expect(after.health?.version).toBeGreaterThan(before.health?.version ?? 0);
  });

  it('tells after an absence how old its knowledge is, until it has begun to check, and sets its alarm again', async () => {
    await watch(config([origin('a')], hourly));
    await until({ 'p/a': { state: 'up' } });
    await runInDurableObject(monitors, async (_, { storage }) => {
      const record = storage.kv.get<WatchRecord>('origin:p/a');
      storage.kv.put('origin:p/a', { ...record, next_at: Date.now() - 20 * 60_000 });
      await storage.deleteAlarm();
    });
    await evictDurableObject(monitors);
    answers['p/a'] = async () => REFUSED;
    const { health, health_age_ms = 0 } = await monitors.heads();
    expect(health?.others).toBe('up');
    expect(Math.round(health_age_ms / 60_000)).toBe(20);
    // This test runs no alarm itself.
    await vi.waitFor(async () => expect((await monitors.heads()).health_age_ms).toBeLessThan(10_000), {
      timeout: 5_000,
    });
    expect(probes).toEqual(['p/a', 'p/a']);
  });

  it('sets a lost alarm again when a region reports or a configuration is announced', async () => {
    await watch(config([origin('a')], hourly));
    await until({ 'p/a': { state: 'up' } });
    const announced = configDocument(config([origin('a')], hourly), 2);
    for (const revive of [() => monitors.report('weur', {}), () => monitors.announce(announced)]) {
      const alarm = () => runInDurableObject(monitors, (_, { storage }) => storage.getAlarm());
      await vi.waitFor(async () => expect(await alarm()).not.toBeNull());
      await runInDurableObject(monitors, (_, { storage }) => storage.deleteAlarm());
      await revive();
      await vi.waitFor(async () => expect(await alarm()).not.toBeNull());
    }
  });

  it('goes on to know the state of origins when its clock is set back', async () => {
    await watch(config([origin('a')], QUICK));
    await until({ 'p/a': { state: 'up' } });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
    try {
      expect((await monitors.heads()).health_age_ms).toSatisfy((ms: number) => ms >= 0 && ms < 1_000);
    } finally {
      vi.useRealTimers();
    }
  });

  it('keeps the version of health while its content stays', async () => {
    await watch(config([origin('a')], QUICK));
    await until({ 'p/a': { state: 'up' } });
    const before = await monitors.heads();
    const checks = probes.length;
    await vi.waitFor(
      async () => {
        await runDurableObjectAlarm(monitors);
        expect(probes.length).toBeGreaterThan(checks + 2);
      },
      { timeout: 5_000, interval: 50 },
    );
    const after = await monitors.heads();
    expect(after.health?.version).toBe(before.health?.version);
    expect(after.health?.published_at).toBeGreaterThan(before.health?.published_at ?? 0);
  });

  it('takes what KV has if two publishers raced and the loser announced the same version', async () => {
    const [loser, winner] = ['b', 'a'].map((name) => configDocument(config([origin(name)], QUICK), 2));
    await monitors.announce({ ...(loser as ConfigDocument), published_at: '2030-01-01T00:00:00.000Z' });
    await bindings.KV.put(CONFIG_KEY, JSON.stringify({ ...winner, hash: 'of the winner' }));
    await monitors.wake();
    await until({ 'p/a': { state: 'up' } });
    expect((await monitors.heads()).config?.hash).toBe('of the winner');
  });

  it('stores a configuration of more than 2 MB for a start without KV', async () => {
    const names = Array.from({ length: 9_000 }, (_, i) => `origin-with-a-long-name-${i}`);
    const large = config(
      names.map((name) => origin(name, { enabled: false })),
      QUICK,
    );
    expect(JSON.stringify(large).length).toBeGreaterThan(2_000_000);
    await monitors.announce(configDocument(large, 2));
    await vi.waitFor(() =>
      runInDurableObject(monitors, (_, { storage }) =>
        expect(storage.kv.get('configuration')).toMatchObject({ head: { version: 2 } }),
      ),
    );
    await evictDurableObject(monitors);
    expect((await monitors.heads()).config?.version).toBe(2);
  });

  it('checks a suspected origin at once, and every second while it fails, however many isolates report it', async () => {
    await watch(config([origin('a'), origin('b'), origin('c')], hourly));
    await until({ 'p/a': { state: 'up' }, 'p/b': { state: 'up' }, 'p/c': { state: 'up' } });
    answers['p/a'] = async () => REFUSED;
    probes.length = 0;
    await runInDurableObject(monitors, async (instance) => {
      for (let i = 0; i < 5_000; i++) {
        await instance.suspect([{ origin: 'p/a' }, { origin: 'p/gone' }]);
        await instance.suspect([{ origin: 'p/c' }]);
      }
    });
    await until({ 'p/a': { state: 'down' } });
    expect(probes.toSorted()).toEqual(['p/a', 'p/a', 'p/a', 'p/c']);
  });
});

describe('Monitors without their storage', () => {
  it('goes on from the version in KV when its storage was lost', async () => {
    const left: HealthDocument = { version: 5_000, published_at: 1, heartbeat_ms: 30_000, origins: {} };
    await bindings.KV.put(HEALTH_KEY, JSON.stringify(left));
    await watch(config([origin('a')], QUICK));
    await until({ 'p/a': { state: 'up' } });
    expect((await read())?.version).toBeGreaterThan(5_000);
  });

  it('starts at 1 when KV holds no health document either', async () => {
    await bindings.KV.put(HEALTH_KEY, '{"version": 7000, "or');
    await watch(config([origin('a')], QUICK));
    await until({ 'p/a': { state: 'up' } });
    expect((await read())?.version).toBeLessThan(100);
  });
});

describe('Monitors after an upgrade', () => {
  it('publishes the states that the previous version stored', async () => {
    const watched = config([origin('a')], { monitor: { interval_ms: 3_600_000 } });
    const { definition } = watchedOf(watched);
    await bindings.KV.put(CONFIG_KEY, JSON.stringify(configDocument(watched)));
    await runInDurableObject(monitors, (_, { storage }) => {
      storage.kv.put('origin:p/a', {
        verdict: { state: 'down', since: 1_000, reason: 'tcp_timeout', streak: 4, last: 'failure' },
        next_at: Date.now() + 3_000_000,
        definition,
      });
    });
    await evictDurableObject(monitors);
    await monitors.wake();
    await until({ 'p/a': { state: 'down', since: 1_000, reason: 'tcp_timeout' } });
    expect(probes).toEqual([]);
  });

  it('goes on with the configuration that the previous version stored whole, and tells it', async () => {
    const content = config([origin('a')], QUICK);
    vi.spyOn(Math, 'random').mockReturnValue(0);
    await runInDurableObject(monitors, (_, { storage }) =>
      storage.kv.put('config', configDocument(content, 4)),
    );
    await evictDurableObject(monitors);
    expect((await monitors.heads()).config).toMatchObject({ format: 2, version: 4 });
    await until({ 'p/a': { state: 'up' } });
    // The next one is stored compressed, and takes its place.
    await monitors.announce(configDocument(content, 5));
    await vi.waitFor(() =>
      runInDurableObject(monitors, (_, { storage }) => expect(storage.kv.get('config')).toBeUndefined()),
    );
    await evictDurableObject(monitors);
    expect((await monitors.heads()).config?.version).toBe(5);
  });
});

describe('the health Worker', () => {
  it('sets a lost alarm when the watchdog runs, and keeps an alarm that is set', async () => {
    const object = bindings.MONITORS.getByName('monitors');
    const alarm = () => runInDurableObject(object, (_, state) => state.storage.getAlarm());
    const controller = {} as ScheduledController;
    expect(await alarm()).toBeNull();
    await worker.scheduled(controller, bindings);
    // The first alarm runs immediately and sets the next one.
    await vi.waitFor(async () => expect(await alarm()).toBeGreaterThan(Date.now() + 1_000), {
      timeout: 5_000,
    });

    const later = Date.now() + 50_000;
    await runInDurableObject(object, (_, state) => state.storage.setAlarm(later));
    await worker.scheduled(controller, bindings);
    expect(await alarm()).toBe(later);

    // An alarm an hour ahead means that the clock was set back.
    await runInDurableObject(object, (_, state) => state.storage.setAlarm(Date.now() + 3_600_000));
    await worker.scheduled(controller, bindings);
    await vi.waitFor(async () => expect(await alarm()).toBeLessThan(Date.now() + 60_000), { timeout: 5_000 });
  });

  it('answers gateway and selector by `Control`, and the console by `Operator`', async () => {
    const { Control, Operator } = exports as unknown as Record<'Control' | 'Operator', Fetcher> & {
      Control: Contracts.Control;
      Operator: Contracts.Operator;
    };
    const content = config([origin('a')], { monitor: { interval_ms: 3_600_000 } });
    const document = configDocument(content, 7);
    expect(await Operator.announce(document)).toBe(true);
    expect((await Control.heads()).config).toMatchObject({ version: 7, hash: document.hash });
    expect(runNow(parseBody((await Control.body(document.hash)) ?? ''))).toEqual(content);
    await Control.suspect([{ origin: 'p/a' }]);
    await vi.waitFor(async () =>
      expect((await Operator.health())?.origins['p/a']).toMatchObject({
        state: 'up',
        rtt_ms: { default: 3 },
      }),
    );
  });

  it('answers requests with 404', () => {
    expect(worker.fetch().status).toBe(404);
  });
});
