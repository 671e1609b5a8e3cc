import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { configHash } from '../../../../shared/authoring/document.ts';
import { parseConfig } from '../../../../shared/authoring/parse.ts';
import type { ConfigDocument } from '../../../../shared/model/config.ts';
import { bodyKey, CONFIG_KEY } from '../../../../shared/model/config.ts';
import { HOUR_MS } from '../access/fixture.ts';
import { inHistory, pool, twoPools, type World } from './world.ts';

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}));
afterEach(() => vi.restoreAllMocks());

const heads = (world: World) => world.kv.puts.filter(({ key }) => key === CONFIG_KEY);
const versionsPut = (world: World) =>
  heads(world).map(({ value }) => (JSON.parse(value) as { version: number }).version);

describe('a new version', () => {
  it('is in KV at once if nothing was published just before, and the answer came before that', () =>
    inHistory(async (world) => {
      const { publication } = await world.publish(twoPools());
      expect(publication).toMatchObject({ published: false, version: null, error: null, outside: null });
      await world.later(0);
      const { config, hash, version } = await world.inKv();
      const { config: normal } = parseConfig(twoPools(), 'production');
      expect({ config, hash, version }).toEqual({
        config: normal,
        hash: normal && (await configHash(normal)),
        version: 1,
      });
      expect(await world.changes.publication()).toMatchObject({ published: true, version: 1, hash });
    }));

  it('reaches KV at most once a second: the newest wins', () =>
    inHistory(async (world) => {
      const { id } = await world.create('pools', pool('eu'));
      await world.later(0);
      for (let n = 0; n < 40; n++) {
        await world.merge('pools', id, { description: `${n}` });
        await world.later(100);
      }
      expect(await world.changes.publication()).toMatchObject({ published: false });
      await world.later(1_100);
      const times = heads(world).map(({ at }) => at);
      const pauses = times.slice(1).map((at, n) => at - (times[n] ?? 0));
      expect(Math.min(...pauses)).toBeGreaterThanOrEqual(1_000);
      expect(Math.max(...pauses)).toBeLessThan(1_200);
      expect(versionsPut(world).at(-1)).toBe(41);
      expect(heads(world).length).toBeLessThan(7);
      expect(await world.changes.publication()).toMatchObject({ published: true, version: 41 });
      expect(world.alarm).toBeNull();
    }));

  it('that comes while another is being published follows it', () =>
    inHistory(async (world) => {
      const { id } = await world.create('pools', pool('eu'));
      let late: Promise<unknown> | undefined;
      world.kv.on_put = (key) => {
        if (key === CONFIG_KEY) late ??= world.merge('pools', id, { description: 'late' });
      };
      await world.later(0);
      await late;
      await world.later(1_100);
      expect(versionsPut(world)).toEqual([1, 2]);
    }));

  it('is stored as a body under its hash before the head names it', () =>
    inHistory(async (world) => {
      await world.publish(twoPools());
      await world.later(0);
      const { hash } = await world.inKv();
      expect(world.kv.puts.map(({ key }) => key)).toEqual([bodyKey(hash), CONFIG_KEY]);
    }));
});

describe('when KV fails', () => {
  it('the alarm repeats with longer pauses, and publishes the newest version when KV is back', () =>
    inHistory(async (world) => {
      await world.publish(twoPools());
      world.kv.failure = 'KV is down';
      const tries: number[] = [];
      for (let n = 0; n < 8; n++) {
        const before = world.clock.now;
        await world.later((world.alarm ?? 0) - before);
        tries.push((world.alarm ?? 0) - world.clock.now);
      }
      expect(tries).toEqual([1_000, 2_000, 5_000, 10_000, 30_000, 30_000, 30_000, 30_000]);
      expect(await world.changes.publication()).toMatchObject({
        published: false,
        error: 'KV does not take the configuration: KV is down',
      });
      await world.publish('{}', { force: true });
      world.kv.failure = undefined;
      await world.later(30_000);
      expect(versionsPut(world)).toEqual([2]);
      expect(await world.changes.publication()).toMatchObject({ published: true, error: null });
    }));

  it('the pauses begin anew after a success', () =>
    inHistory(async (world) => {
      world.kv.failure = 'no';
      await world.publish('{}', { force: true });
      await world.later(20_000);
      world.kv.failure = undefined;
      await world.later(30_000);
      world.kv.failure = 'no';
      await world.publish(twoPools());
      await world.later(0);
      expect(world.alarm).toBe(world.clock.now + 1_000);
    }));

  it('a write of the head that failed half-way is not taken for a change from outside', () =>
    inHistory(async (world) => {
      await world.publish('{}', { force: true });
      world.kv.on_put = (key, value) => {
        if (key !== CONFIG_KEY) return;
        world.kv.on_put = () => {};
        world.kv.values.set(key, value);
        throw new Error('no answer');
      };
      await world.later(2_500);
      expect(await world.changes.publication()).toMatchObject({ published: true, outside: null });
    }));
});

describe('a restart', () => {
  it('loses nothing that was acknowledged, and the stored alarm publishes it', () =>
    inHistory(async (world) => {
      const { id, etag } = await world.create('pools', pool('eu'));
      world.restart();
      expect(world.ledger.objects.shownOne('pools', id)).toMatchObject({ etag, value: pool('eu') });
      expect(world.ledger.newest?.version).toBe(1);
      await world.later(0);
      expect(await world.changes.publication()).toMatchObject({ published: true, version: 1 });
    }));

  it('between a publication and its confirmation does not make it look like a change from outside', () =>
    inHistory(async (world) => {
      await world.publish('{}', { force: true });
      world.kv.on_put = (key) => {
        if (key === CONFIG_KEY) world.restart();
      };
      await world.later(0);
      world.kv.on_put = () => {};
      await world.publish(twoPools());
      await world.later(2_000);
      expect(await world.changes.publication()).toMatchObject({ published: true, version: 2, outside: null });
    }));

  it('without a stored alarm still publishes when somebody looks', () =>
    inHistory(async (world) => {
      await world.publish('{}', { force: true });
      world.alarm = null;
      world.restart();
      await world.changes.publication();
      await world.later(0);
      expect(versionsPut(world)).toEqual([1]);
    }));
});

describe('the coordinator', () => {
  const coordinator = (announce: (document: ConfigDocument) => Promise<boolean>) => ({
    heads: async () => ({}),
    body: async () => undefined,
    health: async () => undefined,
    announce,
  });

  it('is told of each publication', () =>
    inHistory(async (world) => {
      const told: number[] = [];
      world.operator = coordinator(async ({ version }) => told.push(version) > 0);
      await world.publish('{}', { force: true });
      await world.later(0);
      expect(told).toEqual([1]);
    }));

  it('may fail: the publication counts nevertheless', () =>
    inHistory(async (world) => {
      world.operator = coordinator(() => Promise.reject(new Error('gone')));
      await world.publish('{}', { force: true });
      await world.later(0);
      expect(await world.changes.publication()).toMatchObject({ published: true, error: null });
      expect(world.alarm).toBeNull();
    }));
});

describe('a drain', () => {
  const since = async (world: World) => (await world.inKv()).config.pools['eu']?.draining_since;
  const change = (world: World, state: 'drain' | 'ready') =>
    world.write({ do: 'operate', changes: [{ target: 'eu', state }] });

  it('keeps the time of its begin over publications and restarts, and loses it when it ends', () =>
    inHistory(async (world) => {
      await world.publish(twoPools());
      await change(world, 'drain');
      await world.later(2_000);
      const began = await since(world);
      expect(began).toBeDefined();
      await world.later(HOUR_MS);
      await world.write({ do: 'operate', changes: [{ target: 'us/us-1', weight: 0.5 }] });
      await world.later(2_000);
      expect(await since(world)).toBe(began);
      world.restart();
      await world.write({ do: 'operate', changes: [{ target: 'us/us-1', weight: 0.6 }] });
      await world.later(2_000);
      expect(await since(world)).toBe(began);
      await change(world, 'ready');
      await world.later(2_000);
      expect(await since(world)).toBeUndefined();
    }));
});

describe('a version that this release cannot read', () => {
  it('is said to be so, is tried every 30 seconds at most, and gives way to the next version', () =>
    inHistory(async (world) => {
      await world.publish(twoPools());
      // As if an earlier release had taken it.
      Object.assign(world.ledger.source.items.pools[0]?.value ?? {}, { minimum_origins: 'many' });
      await world.later(120_000);
      expect(world.kv.puts).toEqual([]);
      const { error, published } = await world.changes.publication();
      expect(published).toBe(false);
      expect(error).toMatch(
        /^this release does not take the newest version: pools\[0\]\.minimum_origins got "many"/,
      );
      expect((world.alarm ?? 0) - world.clock.now).toBeGreaterThan(0);
      expect((world.alarm ?? 0) - world.clock.now).toBeLessThanOrEqual(30_000);
      await world.publish('{}', { force: true });
      await world.later(30_000);
      expect(versionsPut(world)).toEqual([2]);
    }));
});

it('a version that was forced is published', () =>
  inHistory(async (world) => {
    const pools = twoPools().pools.map((one) => ({ ...one, enabled: false }));
    await world.publish({ ...twoPools(), pools }, { force: true });
    await world.later(0);
    expect(await world.changes.publication()).toMatchObject({ published: true });
  }));

it('a clock that is set back does not hold up publications, nor looks at KV', () =>
  inHistory(async (world) => {
    await world.publish('{}', { force: true });
    await world.later(0);
    world.clock.now -= HOUR_MS;
    world.alarm = null;
    await world.publish(twoPools());
    await world.later(1_100);
    expect(versionsPut(world)).toEqual([1, 2]);
    world.kv.values.delete(CONFIG_KEY);
    world.kv.values.set(CONFIG_KEY, 'rubbish');
    world.clock.now -= HOUR_MS;
    expect((await world.changes.publication()).outside).not.toBeNull();
  }));

it('a newest version that KV has lost to a write of long ago is published again', () =>
  inHistory(async (world) => {
    await world.publish(twoPools());
    await world.later(2_000);
    const older = world.kv.values.get(CONFIG_KEY) ?? '';
    await world.write({ do: 'operate', changes: [{ target: 'eu', state: 'drain' }] });
    await world.later(2_000);
    world.kv.values.set(CONFIG_KEY, older);
    // For a minute it may be an old copy.
    await world.later(30_000);
    expect((await world.changes.publication()).published).toBe(true);
    await world.later(31_000);
    expect(await world.changes.publication()).toMatchObject({ published: false, version: 1, outside: null });
    await world.later(2_000);
    expect(await world.changes.publication()).toMatchObject({ published: true, version: 2 });
    expect((await world.inKv()).version).toBe(2);
  }));
