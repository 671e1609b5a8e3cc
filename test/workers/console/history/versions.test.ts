import { describe, expect, it } from 'vitest';
import { Versions } from '../../../../workers/console/history/versions.ts';
import { inStorage } from '../access/fixture.ts';
import { NOW } from '../fixture.ts';
import { inHistory, pool, refusalOf, SIGNED, twoPools, WHAT } from './world.ts';

const DAY_MS = 86_400_000;

const FILE = `\t// Pools of the company\r
{
  "pools" : [ {"name":"eu",  "origins":[ ] /* none yet */, }, ],\t

  // Nobody yet.
  "load_balancers": [ ],
}
// the end, without a line break`;

describe('a version', () => {
  it('keeps the file byte for byte: comments, order, white space', () =>
    inHistory(async (world) => {
      const { version } = await world.publish(FILE);
      world.restart();
      expect(world.source).toBe(FILE);
      expect(world.ledger.text(version.version)).toBe(FILE);
      expect(version).toMatchObject({
        ...{ version: 1, at: new Date(NOW).toISOString(), author: 'admin token', way: 'api', comment: '' },
        ...{ parent: null, pinned: false, size_bytes: new TextEncoder().encode(FILE).byteLength },
      });
    }));

  it('has author, way, comment and parent', () =>
    inHistory(async (world) => {
      await world.publish('{}', { force: true });
      const { version } = await world.publish('{ "pools": [] }', { way: 'cli', comment: 'why 🤷' });
      expect(version).toMatchObject({ version: 2, parent: 1, way: 'cli', comment: 'why 🤷' });
      expect(world.ledger.versions(10)).toEqual([version, world.ledger.info(1)]);
      expect(world.ledger.versions(10, 2)).toEqual([world.ledger.info(1)]);
      expect(world.ledger.versions(1)).toEqual([version]);
    }));

  it('is not made when nothing changes', () =>
    inHistory(async (world) => {
      await world.publish(twoPools());
      const again = await world.publish(twoPools());
      expect(again).toMatchObject({ changed: false, version: { version: 1 }, states: [] });
      const { id } = world.written('pools', 'eu');
      expect(await world.write({ do: 'merge', list: 'pools', id, body: {} })).toMatchObject({
        changed: false,
        object: { id },
      });
      expect(world.ledger.versions(10)).toHaveLength(1);
    }));

  it('is not made of a file with mistakes, and every one is named with its place', () =>
    inHistory(async (world) => {
      const broken = await refusalOf(world.publish('{\n  "pools": [}'));
      expect(broken).toMatchObject({ status: 400 });
      expect(broken.message).toMatch(/^line 2, column \d+: /);
      const wrong = await refusalOf(world.publish({ pools: [{ ...pool('eu'), monitor: 'nope', x: 1 }] }));
      expect(wrong.mistakes.map(({ pointer }) => pointer).toSorted()).toEqual([
        '/pools/0/monitor',
        '/pools/0/x',
      ]);
      const twice = await refusalOf(world.publish('{ "pools": [], "pools": [] }'));
      expect(twice.message).toContain('duplicate key "pools"');
      expect(world.ledger.newest).toBeUndefined();
    }));

  it('holds no half characters, which SQLite would change', () =>
    inHistory(async (world) => {
      await world.publish('// \ud800\n{}\n');
      const { source } = world;
      world.restart();
      expect(world.source).toBe(source);
      expect(source).toBe('// \ufffd\n{}\n');
    }));

  it('is refused with 413 if it does not fit a row', () =>
    inHistory(async (world) => {
      const bytes = crypto.getRandomValues(new Uint8Array(65_536));
      const random = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
      const noise = Array.from({ length: 32 }, (_, n) => `// ${n} ${random.slice(n)}${crypto.randomUUID()}`);
      // Nothing repeats within the 32 KB that gzip looks back.
      const { status, message } = await refusalOf(world.publish(`${noise.join('\n')}\n{}`));
      expect(status).toBe(413);
      expect(message).toContain('allowed: 1900000');
      expect(world.ledger.newest).toBeUndefined();
      await world.publish('{}', { force: true });
    }));
});

describe('a roll back', () => {
  it('makes the file of an older version the newest, byte for byte', () =>
    inHistory(async (world) => {
      await world.publish(FILE);
      await world.publish(twoPools());
      const { version } = await world.write({ do: 'rollback', version: 1 }, { way: 'rollback', force: true });
      expect(version).toMatchObject({ version: 3, parent: 2, way: 'rollback', comment: 'back to version 1' });
      expect(world.source).toBe(FILE);
      const again = await world.write({ do: 'rollback', version: 2 }, { comment: 'sorry' });
      expect(again.version.comment).toBe('sorry');
    }));

  it('to an unknown version is 404', () =>
    inHistory(async (world) => {
      await world.publish('{}', { force: true });
      const { status, mistakes } = await refusalOf(world.write({ do: 'rollback', version: 9 }));
      expect({ status, mistakes }).toMatchObject({ status: 404, mistakes: [{ code: 1_001 }] });
    }));

  it('to a version without load balancers needs force', () =>
    inHistory(async (world) => {
      await world.publish('{}');
      await world.publish(twoPools());
      const refusal = await refusalOf(world.write({ do: 'rollback', version: 1 }));
      expect(refusal.mistakes).toMatchObject([{ code: 1_006, pointer: '/load_balancers' }]);
    }));

  it('to a version that leaves a load balancer with nothing usable needs force', () =>
    inHistory(async (world) => {
      const pools = twoPools().pools.map((one) => ({ ...one, enabled: false }));
      await world.publish({ ...twoPools(), pools }, { force: true });
      await world.publish(twoPools());
      const refusal = await refusalOf(world.write({ do: 'rollback', version: 1 }));
      expect(refusal.mistakes).toMatchObject([{ code: 1_006, pointer: '/load_balancers/0/default_pools' }]);
      await world.write({ do: 'rollback', version: 1 }, { force: true });
    }));
});

describe('old versions', () => {
  /** Versions by their age in days; the first is the oldest. */
  function kept(
    ages: readonly number[],
    prepare: (versions: Versions) => void = () => {},
  ): Promise<number[]> {
    return inStorage((sql) => {
      const versions = new Versions(sql);
      for (const [index, age] of ages.entries())
        versions.add({
          ...{ version: index + 1, at: NOW - age * DAY_MS, author: 'a', way: 'api', comment: '' },
          ...{ parent: index || null, source: `{} // ${index}`, source_hash: String(index) },
        });
      prepare(versions);
      versions.prune(NOW);
      return versions.list(100).map(({ version }) => version);
    });
  }

  it('are all kept for 90 days, and then the last one of each day', async () => {
    // NOW is noon, so 100.4 and 100.3 are one day (UTC), and 100.6 is the day before.
    expect(await kept([100.6, 100.4, 100.3, 90.01, 89.99, 3, 2.9])).toEqual([7, 6, 5, 4, 3, 1]);
  });

  it('stay if they are pinned, and the newest stays', async () => {
    expect(await kept([100.4, 100.3, 100.2], (versions) => versions.pin(1, true))).toEqual([3, 1]);
    expect(await kept([100.4])).toEqual([1]);
  });

  it('that are pinned no longer are deleted', async () => {
    const again = (versions: Versions) => {
      versions.pin(1, true);
      versions.pin(1, false);
    };
    expect(await kept([100.4, 100.3, 1], again)).toEqual([3, 2]);
  });
});

it('a version can be pinned by its number, and an unknown one is 404', () =>
  inHistory(async (world) => {
    await world.publish('{}', { force: true });
    expect(world.changes.pin(1, true, SIGNED, WHAT)).toMatchObject({ version: 1, pinned: true });
    expect(world.ledger.info(1)?.pinned).toBe(true);
    expect(() => world.changes.pin(2, true, SIGNED, WHAT)).toThrow(expect.objectContaining({ status: 404 }));
    expect(world.sql.exec("SELECT count(*) AS rows FROM audit WHERE detail LIKE '%pinned'").one()).toEqual({
      rows: 1,
    });
  }));
