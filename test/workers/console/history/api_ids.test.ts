import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '../access/fixture.ts';
import { NOW } from '../fixture.ts';
import { inHistory, pool, twoPools, type World } from './world.ts';

const OWN = '0123456789abcdef0123456789abcdef';
const time = (ms: number) => new Date(ms).toISOString();

function rollBack(world: World, version: number) {
  return world.write({ do: 'rollback', version });
}

describe('the id of an object', () => {
  it('is made for each object of a file, and stays over publications and restarts', () =>
    inHistory(async (world) => {
      await world.publish(twoPools());
      const ids = () => world.ledger.objects.shown('pools').map(({ id }) => id);
      const [eu, us] = ids();
      expect(eu).toMatch(/^[0-9a-f]{32}$/);
      expect(us).not.toBe(eu);
      await world.publish({ ...twoPools(), pools: twoPools().pools.toReversed() });
      expect(ids()).toEqual([us, eu]);
      world.restart();
      expect(ids()).toEqual([us, eu]);
    }));

  it('is that of the file if it has 32 hex digits, as a file from Cloudflare has', () =>
    inHistory(async (world) => {
      await world.publish({
        pools: [{ id: OWN, ...pool('eu') }],
        monitors: [{ id: OWN }],
        load_balancers: [{ id: OWN, name: 'app.example.com', default_pools: ['eu'] }],
      });
      for (const list of ['pools', 'monitors', 'load_balancers'] as const)
        expect(world.ledger.objects.shown(list).map(({ id }) => id)).toEqual([OWN]);
    }));

  it('is a new one if an object is created again under its old name', () =>
    inHistory(async (world) => {
      const first = await world.create('pools', pool('eu'));
      await world.write({ do: 'remove', list: 'pools', id: first.id });
      await world.later(HOUR_MS);
      const second = await world.create('pools', pool('eu'));
      expect(second.id).not.toBe(first.id);
      expect(second.created_on).toBe(time(NOW + HOUR_MS));
      expect(() => world.shown('pools', first.id)).toThrow('object does not exist');
    }));

  it('comes back with a roll back, and with its time of creation', () =>
    inHistory(async (world) => {
      const { id, created_on } = await world.create('pools', pool('eu'));
      await world.later(HOUR_MS);
      await world.write({ do: 'remove', list: 'pools', id });
      world.restart();
      await rollBack(world, 1);
      expect(world.ledger.objects.shownOne('pools', id)).toMatchObject({ created_on, value: pool('eu') });
    }));

  it('stays with a renamed object, and with its time of creation', () =>
    inHistory(async (world) => {
      const { id, created_on } = await world.create('pools', pool('eu'));
      await world.later(HOUR_MS);
      const renamed = await world.merge('pools', id, { name: 'other' });
      expect(renamed).toMatchObject({ id, key: 'other', created_on, modified_on: time(NOW + HOUR_MS) });
    }));

  it.each(['before', 'after'])(
    'stays with a renamed object when a file uses its old name again %s it',
    (place) =>
      inHistory(async (world) => {
        const { id } = await world.create('pools', pool('eu'));
        await world.merge('pools', id, { name: 'other' });
        await world.later(HOUR_MS);
        const pools = [pool('eu'), pool('other')];
        await world.publish({ pools: place === 'before' ? pools : pools.toReversed() });
        expect(world.written('pools', 'other').id).toBe(id);
        expect(world.written('pools', 'eu')).toMatchObject({
          id: expect.not.stringContaining(id) as string,
          created_on: time(NOW + HOUR_MS),
        });
      }),
  );

  it('goes back to the old name when a rename is rolled back', () =>
    inHistory(async (world) => {
      const { id } = await world.create('pools', pool('eu'));
      await world.merge('pools', id, { name: 'other' });
      await rollBack(world, 1);
      expect(world.ledger.objects.shownOne('pools', id).key).toBe('eu');
      await rollBack(world, 2);
      expect(world.ledger.objects.shownOne('pools', id).key).toBe('other');
    }));

  it('is no id of another list', () =>
    inHistory(async (world) => {
      const { id } = await world.create('monitors', {});
      expect(() => world.shown('pools', id)).toThrow('object does not exist');
    }));
});

describe('the times of an object', () => {
  it('are those of its creation and of its last change', () =>
    inHistory(async (world) => {
      const { id, created_on, modified_on } = await world.create('pools', pool('eu'));
      expect({ created_on, modified_on }).toEqual({ created_on: time(NOW), modified_on: time(NOW) });
      await world.later(HOUR_MS);
      const changed = await world.merge('pools', id, { description: 'x' });
      expect(changed).toMatchObject({ created_on, modified_on: time(NOW + HOUR_MS) });
    }));

  it('do not change when a file is published in which the object is the same', () =>
    inHistory(async (world) => {
      const { pools, ...file } = twoPools();
      await world.publish({ ...file, pools });
      await world.later(HOUR_MS);
      await world.publish({ ...file, pools: [pool('new'), pools[1], { ...pools[0], description: 'x' }] });
      expect(world.written('pools', 'us').modified_on).toBe(time(NOW));
      expect(world.written('pools', 'eu').modified_on).toBe(time(NOW + HOUR_MS));
    }));

  it('do not change when a request changes nothing', () =>
    inHistory(async (world) => {
      const { id, modified_on } = await world.create('pools', pool('eu'));
      await world.later(HOUR_MS);
      expect(await world.replace('pools', id, pool('eu'))).toMatchObject({ modified_on });
    }));

  it('are in order although the clock is set back', () =>
    inHistory(async (world) => {
      const { id, created_on } = await world.create('pools', pool('eu'));
      world.clock.now -= HOUR_MS;
      expect(await world.merge('pools', id, { description: 'x' })).toMatchObject({
        created_on,
        modified_on: created_on,
      });
    }));
});
