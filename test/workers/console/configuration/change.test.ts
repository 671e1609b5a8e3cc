import { describe, expect, it } from 'vitest';
import { inHistory, origin, pool, refusalOf, twoPools, type World } from '../history/world.ts';

const NOBODY = 'e'.repeat(32);

/** The id that the API gives to an object of the file. */
function idOf(world: World, list: 'pools' | 'load_balancers' | 'monitors', key: string): string {
  return world.written(list, key).id;
}

const idle = { origins: [origin('x', { enabled: false })] };

describe('a change is refused', () => {
  it('with every mistake of the body, each with its pointer', () =>
    inHistory(async (world) => {
      const body = {
        name: 'e u',
        origins: [{ name: 'a' }, origin('b', { weight: 2, 'a/b~': 1 })],
        unknown: true,
      };
      const { status, mistakes } = await refusalOf(world.create('pools', body));
      expect(status).toBe(400);
      expect(
        mistakes.every(({ code, message }) => code === 1_002 && message.endsWith(': validation failed')),
      ).toBe(true);
      expect(mistakes.map(({ pointer }) => pointer).toSorted()).toEqual([
        '/name',
        '/origins/0/address',
        '/origins/1/a~1b~0',
        '/origins/1/weight',
        '/unknown',
      ]);
    }));

  it('with 404 if there is no such object, or none any more', () =>
    inHistory(async (world) => {
      const { id } = await world.create('pools', pool('eu'));
      await world.write({ do: 'remove', list: 'pools', id });
      for (const gone of [NOBODY, id])
        for (const command of [
          { do: 'replace', list: 'pools', id: gone, body: pool('eu') },
          { do: 'merge', list: 'pools', id: gone, body: {} },
          { do: 'remove', list: 'pools', id: gone },
        ] as const) {
          const { status, mistakes } = await refusalOf(world.write(command));
          expect({ status, mistakes }).toMatchObject({ status: 404, mistakes: [{ code: 1_001 }] });
        }
      expect(() => world.shown('pools', id)).toThrow(expect.objectContaining({ status: 404 }));
    }));

  it.each([
    ['the name of a pool', 'eu'],
    ['the id of a pool in the file', 'own'],
    ['the name of a pool that has an id', 'Named'],
  ])('with 409/1003 for %s', (_, name) =>
    inHistory(async (world) => {
      await world.publish({ pools: [pool('eu'), { id: 'own', ...pool('Named') }, pool('third')] });
      const taken = {
        status: 409,
        mistakes: [{ code: 1_003, pointer: '/name' }],
        headers: { 'x-should-retry': 'false' },
      };
      expect(await refusalOf(world.create('pools', pool(name)))).toMatchObject(taken);
      const id = idOf(world, 'pools', 'third');
      expect(await refusalOf(world.merge('pools', id, { name }))).toMatchObject(taken);
    }),
  );

  it.each([
    ['host and path of another load balancer', { name: 'APP.example.com.', path: '/api/' }],
    ['host and path of one that has an id', { name: 'ided.example.com' }],
    ['id of another load balancer', { name: 'own.example.com' }],
  ])('with 409/1003 for the %s', (_, body) =>
    inHistory(async (world) => {
      const default_pools = ['eu'];
      await world.publish({
        pools: [pool('eu')],
        load_balancers: [
          { name: 'app.example.com', path: '/api', default_pools },
          { id: 'mine', name: 'ided.example.com', default_pools },
          { id: 'own.example.com', name: 'else.example.com', default_pools },
        ],
      });
      const pools = [idOf(world, 'pools', 'eu')];
      const refusal = await refusalOf(world.create('load_balancers', { ...body, default_pools: pools }));
      expect(refusal).toMatchObject({ status: 409, mistakes: [{ code: 1_003, pointer: '/name' }] });
      // The same host with another path is another load balancer.
      await world.create('load_balancers', { ...body, path: '/other', default_pools: pools });
    }),
  );

  it('but an object may keep its own name', () =>
    inHistory(async (world) => {
      await world.publish({ ...twoPools(), pools: [{ id: 'own', ...pool('eu') }, pool('us')] });
      await world.replace('pools', idOf(world, 'pools', 'own'), pool('eu', { description: 'x' }));
      await world.replace('pools', idOf(world, 'pools', 'own'), pool('own'));
      const app = idOf(world, 'load_balancers', 'app.example.com');
      await world.merge('load_balancers', app, { name: 'APP.example.com', description: 'x' });
    }));
});

it('a duplicate origin name has its pointer, and the message names the other place in the body', () =>
  inHistory(async (world) => {
    await world.publish(twoPools());
    const origins = ['a.example.com', 'b.example.com'].map((address) => ({ name: 'a', address }));
    const { mistakes } = await refusalOf(world.create('pools', pool('new', { origins })));
    expect(mistakes).toEqual([
      {
        code: 1_002,
        message:
          'origins[1].name: duplicate origin name "a", already in origins[0].name; rename one: validation failed',
        pointer: '/origins/1/name',
      },
    ]);
  }));

describe('neighbours', () => {
  it('that a change makes wrong refuse it by their name', () =>
    inHistory(async (world) => {
      await world.publish(twoPools());
      const default_pools = [idOf(world, 'pools', 'us')];
      await world.create('load_balancers', { name: 'origin.example.net', default_pools });
      const refusal = await refusalOf(
        world.merge('pools', idOf(world, 'pools', 'us'), {
          origins: [{ name: 'loop', address: 'app.example.com' }],
        }),
      );
      expect(refusal.mistakes).toMatchObject([{ pointer: '/origins/0/address' }]);
      await world.merge('pools', idOf(world, 'pools', 'us'), {
        origins: [{ name: 'a', address: 'late.example.com' }],
      });
      const late = await refusalOf(
        world.create('load_balancers', { name: 'LATE.example.com', default_pools }),
      );
      expect(late.status).toBe(400);
      expect(late.mistakes).toMatchObject([{ code: 1_002 }]);
      expect(late.mistakes[0]).not.toHaveProperty('pointer');
      expect(late.message).toMatch(/^pool us: origins\[0\]\.address: got "late\.example\.com"/);
    }));

  it('need force=true when a load balancer would have nothing usable', () =>
    inHistory(async (world) => {
      await world.publish(twoPools());
      await world.merge('pools', idOf(world, 'pools', 'eu'), idle);
      const us = idOf(world, 'pools', 'us');
      const before = world.snapshot();
      const { status, mistakes } = await refusalOf(world.merge('pools', us, idle));
      expect({ status, mistakes }).toMatchObject({ status: 400, mistakes: [{ code: 1_006 }] });
      expect(mistakes[0]?.message).toMatch(/^load balancer app\.example\.com: default_pools: .*\?force=true/);
      expect(world.snapshot()).toEqual(before);
      await world.write({ do: 'merge', list: 'pools', id: us, body: idle }, { force: true });
      expect(world.shown('pools', us)).toMatchObject(idle);
    }));

  it('that were wrong before do not refuse a change', () =>
    inHistory(async (world) => {
      const { pools, ...file } = twoPools();
      await world.publish({ ...file, pools: pools.map((one) => ({ ...one, ...idle })) }, { force: true });
      await world.merge('pools', idOf(world, 'pools', 'us'), { description: 'x' });
      await world.merge('monitors', idOf(world, 'monitors', 'http'), { description: 'x' });
      await world.create('pools', pool('other'));
      const { notes } = await world.write({ do: 'operate', changes: [{ target: 'eu', state: 'drain' }] });
      expect(notes).toEqual([]);
    }));
});

it('a change of one object leaves the text of all others as it was', () =>
  inHistory(async (world) => {
    const file = `// The first line.
{
  "pools": [
    // Europe
    { "name": "eu", "origins": [ { "name":"a", "address":"a.example.com" } ], /* here */ },
    { "name": "us",   "origins": [] }, // America
  ],
  "load_balancers": [],
}
`;
    await world.publish(file);
    await world.merge('pools', idOf(world, 'pools', 'us'), { description: 'x' });
    const lines = world.source.split('\n');
    const changed = file.split('\n').filter((line) => !lines.includes(line));
    expect(changed).toEqual(['    { "name": "us",   "origins": [] }, // America']);
    expect(world.source).toContain('// America');
    await world.write({ do: 'remove', list: 'pools', id: idOf(world, 'pools', 'us') });
    expect(world.source).toContain('/* here */');
  }));

it('PATCH of all pools changes each of them, in one version', () =>
  inHistory(async (world) => {
    await world.publish({ pools: [pool('eu', { notification_email: 'a@example.com' }), pool('us')] });
    const { version, objects } = await world.write({
      do: 'merge_all',
      list: 'pools',
      body: { notification_email: '' },
    });
    expect(version.version).toBe(2);
    expect(objects?.map(({ value }) => value['notification_email'])).toEqual(['', '']);
  }));
