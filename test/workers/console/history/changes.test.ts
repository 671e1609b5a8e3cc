import { afterEach, describe, expect, it, vi } from 'vitest';
import { inHistory, pool, refusalOf, SIGNED, twoPools, WHAT, type World } from './world.ts';

afterEach(() => vi.restoreAllMocks());

const rows = (world: World) =>
  world.sql
    .exec('SELECT author, sender, what, status, version_before, version_after, detail FROM audit')
    .toArray();

describe('a change', () => {
  it('is a row of the audit with both versions and what changed', () =>
    inHistory(async (world) => {
      const { id } = await world.create('pools', pool('eu'));
      await world.merge('pools', id, { description: 'x' });
      await world.merge('pools', id, {});
      const row = { author: 'admin token', sender: '192.0.2.1', what: WHAT, status: 200 };
      expect(rows(world)).toEqual([
        { ...row, version_before: null, version_after: 1, detail: 'pools eu added' },
        { ...row, version_before: 1, version_after: 2, detail: 'pools eu /description unset -> "x"' },
        { ...row, version_before: 2, version_after: 2, detail: 'nothing changed' },
      ]);
    }));

  it('that is refused has no row here and changes nothing', () =>
    inHistory(async (world) => {
      await world.publish(twoPools());
      const before = world.snapshot();
      await refusalOf(world.create('pools', pool('eu')));
      await refusalOf(world.publish('{'));
      expect(world.snapshot()).toEqual(before);
      world.restart();
      expect(world.snapshot()).toEqual(before);
    }));

  it('that fails half-way is undone in the database and in memory', () =>
    inHistory(async (world) => {
      const { id } = await world.create('pools', pool('eu'));
      await world.later(2_000);
      const before = world.snapshot();
      // The row of the audit is the last part of a change.
      world.sql.exec('ALTER TABLE audit RENAME TO away');
      await expect(world.merge('pools', id, { name: 'other' })).rejects.toThrow('audit');
      await expect(world.create('pools', pool('us'))).rejects.toThrow('audit');
      await expect(world.publish(twoPools())).rejects.toThrow('audit');
      world.sql.exec('ALTER TABLE away RENAME TO audit');
      expect(world.snapshot()).toEqual(before);
      expect(world.ledger.objects.shown('pools')).toMatchObject([{ id, key: 'eu' }]);
      expect((await world.merge('pools', id, { name: 'other' })).id).toBe(id);
      expect(world.ledger.newest?.version).toBe(2);
      world.restart();
      expect(world.ledger.objects.shown('pools')).toMatchObject([{ id, key: 'other' }]);
    }));

  it('answers while KV does not', () =>
    inHistory(async (world) => {
      vi.spyOn(console, 'error').mockImplementation(() => {});
      world.kv.failure = 'no';
      expect((await world.publish(twoPools())).version.version).toBe(1);
      expect(await world.changes.publication()).toMatchObject({ published: false });
    }));
});

describe('a strategy script', () => {
  it('is stored, and is a row of the audit', () =>
    inHistory(async (world) => {
      const publish = () => world.changes.publishScript('mine', 'export default 1;', SIGNED, WHAT);
      const first = await publish();
      expect(first).toMatchObject({ name: 'mine', changed: true });
      expect(await publish()).toEqual({ ...first, changed: false });
      expect(rows(world).map(({ detail }) => detail)).toEqual([
        `script mine is ${first.hash}`,
        'script mine did not change',
      ]);
    }));

  it('is refused with 503 if KV fails', () =>
    inHistory(async (world) => {
      vi.spyOn(console, 'error').mockImplementation(() => {});
      world.kv.failure = 'secret internals';
      const refusal = await refusalOf(world.changes.publishScript('mine', 'x', SIGNED, WHAT));
      expect(refusal.status).toBe(503);
      expect(refusal.message).not.toContain('secret');
      expect(rows(world)).toEqual([]);
    }));
});
