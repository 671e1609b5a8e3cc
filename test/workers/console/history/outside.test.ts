import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toDocument } from '../../../../shared/authoring/document.ts';
import { parseConfig } from '../../../../shared/authoring/parse.ts';
import { configSourceKey } from '../../../../shared/contracts/history.ts';
import { bodyOf } from '../../../../shared/documents/body.ts';
import { headOf } from '../../../../shared/documents/published.ts';
import { bodyKey, CONFIG_KEY } from '../../../../shared/model/config.ts';
import { inHistory, pool, refusalOf, SIGNED, twoPools, WHAT, type World } from './world.ts';

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}));
afterEach(() => vi.restoreAllMocks());

const settle = (world: World, action: 'adopt' | 'overwrite', seen?: string) =>
  world.changes.settle(action, seen, SIGNED, WHAT);
const headIn = (world: World) => JSON.parse(world.kv.values.get(CONFIG_KEY) ?? 'null') as { version: number };

/** Writes to KV as `lb publish --direct` does. */
async function putFromOutside(world: World, file: object, version: number, text?: string): Promise<string> {
  const { config } = parseConfig(file, 'production', { force: true });
  if (config === undefined) throw new Error('the file is not valid');
  const document = await toDocument(config, version, '2026-11-01T13:00:00.000Z');
  const body = bodyOf(config);
  world.kv.values.set(bodyKey(document.hash), body);
  world.kv.values.set(CONFIG_KEY, JSON.stringify(headOf(document, body)));
  if (text !== undefined) world.kv.values.set(configSourceKey(document.hash), text);
  return document.hash;
}

const OTHER = { pools: [pool('other')] };
const TEXT = `// By hand, at night.\n${JSON.stringify(OTHER)}\n`;

/** A history whose version 1 is published, and KV has been changed since. */
const changedOutside = (run: (world: World, hash: string) => Promise<void>, text?: string) =>
  inHistory(async (world) => {
    await world.publish(twoPools());
    await world.later(10_000);
    const hash = await putFromOutside(world, OTHER, 40, text);
    await run(world, hash);
  });

describe('what somebody else wrote to KV', () => {
  it('is shown, and nothing is published over it', () =>
    changedOutside(async (world, hash) => {
      const outside = { version: 40, hash, published_at: '2026-11-01T13:00:00.000Z' };
      expect(await world.changes.publication()).toMatchObject({ published: false, version: 1, outside });
      await world.publish('{}', { force: true });
      await world.later(3_600_000);
      expect(headIn(world).version).toBe(40);
      world.restart();
      expect(await world.changes.publication()).toMatchObject({ published: false, outside, error: null });
    }));

  it('is seen before a publication even if nobody looked', () =>
    changedOutside(async (world) => {
      await world.publish('{}', { force: true });
      await world.later(10_000);
      expect(headIn(world).version).toBe(40);
      expect(world.alarm).toBeNull();
    }));

  it('becomes the newest version when it is adopted, with the file that `lb publish --direct` left', () =>
    changedOutside(async (world, hash) => {
      const { version, changed } = await settle(world, 'adopt');
      expect({ changed, version }).toMatchObject({
        changed: true,
        version: { version: 41, parent: 1, way: 'adopt' },
      });
      expect(world.source).toBe(TEXT);
      await world.later(2_000);
      expect(await world.changes.publication()).toMatchObject({
        published: true,
        version: 41,
        hash,
        outside: null,
      });
    }, TEXT));

  it('is adopted as a file that is made from the configuration if none was left', () =>
    changedOutside(async (world, hash) => {
      await settle(world, 'adopt');
      expect(world.ledger.objects.written('pools').map(({ key }) => key)).toEqual(['other']);
      await world.later(2_000);
      expect(await world.changes.publication()).toMatchObject({ published: true, hash });
    }));

  it('is adopted even if it leaves a load balancer with nothing usable, because it is in force', () =>
    inHistory(async (world) => {
      await world.publish('{}', { force: true });
      await world.later(0);
      const pools = twoPools().pools.map((one) => ({ ...one, enabled: false }));
      await putFromOutside(world, { ...twoPools(), pools }, 2);
      expect((await settle(world, 'adopt')).version.version).toBe(3);
    }));

  it('is adopted or overwritten only while it is the document that the operator saw', () =>
    changedOutside(async (world, hash) => {
      for (const action of ['adopt', 'overwrite'] as const) {
        const refusal = await refusalOf(settle(world, action, '0123456789abcdef'));
        expect(refusal.status).toBe(409);
        expect(refusal.message).toContain(hash);
        expect(refusal.message).toContain('0123456789abcdef');
      }
      expect((await settle(world, 'adopt', hash)).version.version).toBe(41);
    }));

  it('is not adopted if KV is changed once more while it is read', () =>
    changedOutside(async (world, hash) => {
      const get = world.kv.get.bind(world.kv);
      vi.spyOn(world.kv, 'get').mockImplementation(async (key, options) => {
        const value = await get(key, options);
        if (!key.startsWith('config-source/')) return value;
        await putFromOutside(world, { pools: [pool('third')] }, 41);
        world.clock.now += 10_000;
        await world.changes.publication();
        return value;
      });
      expect((await refusalOf(settle(world, 'adopt', hash))).status).toBe(409);
      expect((await world.changes.publication()).outside?.version).toBe(41);
    }));

  it('is overwritten by the newest version, in a version above it', () =>
    changedOutside(async (world) => {
      const before = world.source;
      const { version } = await settle(world, 'overwrite');
      expect(version).toMatchObject({ version: 41, parent: 1 });
      expect(version.comment).toContain('version 40');
      expect(world.source).toBe(before);
      await world.later(2_000);
      expect(await world.changes.publication()).toMatchObject({
        published: true,
        version: 41,
        outside: null,
      });
    }, TEXT));

  it.each([1.5, 1e300, Number.MAX_SAFE_INTEGER])(
    'is no configuration if its version is %d, and does not stop the history',
    (outside_version) =>
      inHistory(async (world) => {
        await world.publish(twoPools());
        await world.later(10_000);
        await putFromOutside(world, OTHER, outside_version);
        expect((await world.changes.publication()).outside).toMatchObject({ version: 0 });
        expect((await world.publish('{}', { force: true })).version.version).toBe(2);
        expect((await settle(world, 'overwrite')).version.version).toBe(3);
        await world.later(10_000);
        expect(headIn(world).version).toBe(3);
      }),
  );

  it.each(['adopt', 'overwrite'] as const)(
    'is not shown again after %s, even if KV still shows it',
    (action) =>
      changedOutside(async (world) => {
        const stale = world.kv.values.get(CONFIG_KEY) ?? '';
        await settle(world, action);
        await world.later(2_000);
        world.kv.stale.set(CONFIG_KEY, stale);
        await world.later(10_000);
        expect(await world.changes.publication()).toMatchObject({ published: true, outside: null });
        await world.publish('{}', { force: true });
        await world.later(2_000);
        world.kv.stale.clear();
        expect(headIn(world).version).toBe(42);
      }),
  );

  it('stays shown while KV shows an older head of ours, and is gone when that lasts', () =>
    changedOutside(async (world) => {
      const before = world.kv.puts.find(({ key }) => key === CONFIG_KEY)?.value ?? '';
      await world.changes.publication();
      world.kv.stale.set(CONFIG_KEY, before);
      await world.publish('{}', { force: true });
      await world.later(30_000);
      expect((await world.changes.publication()).outside).not.toBeNull();
      await world.later(30_000);
      expect((await world.changes.publication()).outside).toBeNull();
      world.kv.stale.clear();
      world.kv.values.set(CONFIG_KEY, before);
      await world.later(2_000);
      expect(headIn(world).version).toBe(41);
    }));
});

it('an older head of ours is not from outside, because KV may show it for a minute', () =>
  inHistory(async (world) => {
    await world.publish('{}', { force: true });
    await world.later(0);
    const older = world.kv.values.get(CONFIG_KEY) ?? '';
    await world.publish(twoPools());
    await world.later(2_000);
    world.kv.stale.set(CONFIG_KEY, older);
    await world.later(10_000);
    expect(await world.changes.publication()).toMatchObject({ published: true, version: 2, outside: null });
  }));

it('the first version is above that of KV, and waits for an operator', () =>
  inHistory(async (world) => {
    await putFromOutside(world, OTHER, 7);
    const { version } = await world.publish(twoPools());
    expect(version.version).toBe(8);
    await world.later(2_000);
    expect(await world.changes.publication()).toMatchObject({ published: false, outside: { version: 7 } });
    await settle(world, 'overwrite');
    await world.later(2_000);
    expect(await world.changes.publication()).toMatchObject({ published: true, version: 9 });
  }));

describe('settling is refused', () => {
  it('with 409 if nobody wrote from outside', () =>
    inHistory(async (world) => {
      await world.publish('{}', { force: true });
      await world.later(0);
      for (const action of ['adopt', 'overwrite'] as const)
        expect(await refusalOf(settle(world, action))).toMatchObject({
          status: 409,
          headers: { 'x-should-retry': 'false' },
        });
    }));

  it('with 409 to overwrite before there is any version, which would publish nothing', () =>
    inHistory(async (world) => {
      await putFromOutside(world, OTHER, 7);
      const refusal = await refusalOf(settle(world, 'overwrite'));
      expect(refusal.status).toBe(409);
      expect(refusal.message).toContain('adopt it');
      expect((await settle(world, 'adopt')).version).toMatchObject({ version: 8, parent: null });
    }));

  it('with 503 if KV fails', () =>
    changedOutside(async (world) => {
      world.kv.failure = 'secret internals';
      const refusal = await refusalOf(settle(world, 'adopt'));
      expect(refusal).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
      expect(refusal.message).not.toContain('secret');
      expect(world.ledger.versions(10)).toHaveLength(1);
    }));

  it('with 400 if the file that was left is not valid', () =>
    changedOutside(async (world) => {
      const before = world.snapshot();
      expect((await refusalOf(settle(world, 'adopt'))).status).toBe(400);
      expect(world.snapshot()).toEqual(before);
      expect((await world.changes.publication()).outside).not.toBeNull();
    }, '{ "pools": 3 }'));

  it.each([
    ['half a head', '{"format": 2, "ver'],
    ['something else', '"hello"'],
    ['a format of the future', '{"format": 3, "version": 9}'],
  ])('with 409 to adopt %s, which can be overwritten', (_, value) =>
    inHistory(async (world) => {
      await world.publish(twoPools());
      await world.later(10_000);
      world.kv.values.set(CONFIG_KEY, value);
      expect(await world.changes.publication()).toMatchObject({ published: false, outside: { version: 0 } });
      await world.publish('{}', { force: true });
      await world.later(10_000);
      expect(world.kv.values.get(CONFIG_KEY)).toBe(value);
      const refusal = await refusalOf(settle(world, 'adopt'));
      expect(refusal.status).toBe(409);
      expect(refusal.message).toContain('overwrite it');
      await settle(world, 'overwrite');
      await world.later(2_000);
      expect(await world.changes.publication()).toMatchObject({ published: true, outside: null });
    }),
  );
});
