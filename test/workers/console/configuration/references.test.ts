import { describe, expect, it } from 'vitest';
import type { ApiObject } from '../../../../shared/contracts/history.ts';
import { inHistory, origin, pool, refusalOf, type World } from '../history/world.ts';

const UNKNOWN = 'e'.repeat(32);

interface Pools {
  eu: ApiObject;
  us: ApiObject;
}

async function pools(world: World): Promise<Pools> {
  return { eu: await world.create('pools', pool('eu')), us: await world.create('pools', pool('us')) };
}

/** A load balancer with a reference in every place that can hold one. */
const everywhere = (eu: string, us: string) => ({
  name: 'app.example.com',
  default_pools: [eu, us],
  fallback_pool: us,
  steering_policy: 'geo',
  region_pools: { WNAM: [us], WEU: [eu] },
  country_pools: { DE: [eu, us] },
  pop_pools: { LAX: [us] },
  random_steering: { default_weight: 0.5, pool_weights: { [us]: 0.1, [eu]: 0.9 } },
  mirror: { pool: us, percent: 5 },
  rules: [
    {
      name: 'one',
      condition: 'http.request.uri.path contains "/x"',
      overrides: {
        default_pools: [us],
        fallback_pool: eu,
        region_pools: { EEU: [eu] },
        random_steering: { pool_weights: { [eu]: 1 } },
      },
    },
  ],
  pool_sets: [
    { name: 'eu', match: { topology: { regions: ['WEU'] } }, overrides: { pools: [eu], fallback_pool: us } },
  ],
});

describe('references', () => {
  it('are ids in the API and names in the file, in every place that can hold one', () =>
    inHistory(async (world) => {
      const { eu, us } = await pools(world);
      const { id, value } = await world.create('load_balancers', everywhere(eu.id, us.id));
      expect(JSON.stringify(value)).toBe(JSON.stringify(everywhere(eu.id, us.id)));
      expect(JSON.stringify(world.written('load_balancers', 'app.example.com').value)).toBe(
        JSON.stringify(everywhere('eu', 'us')),
      );
      expect(JSON.stringify(world.shown('load_balancers', id))).toBe(JSON.stringify(value));
    }));

  it('to monitors are translated in pools and in groups', () =>
    inHistory(async (world) => {
      const monitor = await world.create('monitors', {});
      const members = [{ monitor_id: monitor.id, enabled: true }];
      const group = await world.create('monitor_groups', { description: 'g', members });
      const one = await world.create('pools', pool('eu', { monitor: monitor.id }));
      const two = await world.create('pools', pool('us', { monitor_group: group.id }));
      expect(group.value['members']).toEqual(members);
      expect(one.value['monitor']).toBe(monitor.id);
      expect(two.value['monitor_group']).toBe(group.id);
    }));

  it('in a file that was written with ids of its own are shown as ids of the API', () =>
    inHistory(async (world) => {
      await world.publish({
        load_balancers: [{ name: 'app.example.com', default_pools: ['europe', 'Europe'] }],
        pools: [{ id: 'europe', ...pool('Europe', { monitor: 'http' }) }],
        monitors: [{ id: 'http' }],
      });
      const [eu] = world.ledger.objects.shown('pools');
      const [monitor] = world.ledger.objects.shown('monitors');
      const [app] = world.ledger.objects.shown('load_balancers');
      expect(eu?.id).toMatch(/^[0-9a-f]{32}$/);
      expect(app?.value['default_pools']).toEqual([eu?.id, eu?.id]);
      expect(eu?.value).toEqual(pool('Europe', { monitor: monitor?.id }));
    }));

  it('to nothing are all refused, each with its place', () =>
    inHistory(async (world) => {
      const { eu } = await pools(world);
      const body = { ...everywhere(eu.id, UNKNOWN), name: 'b.example.com' };
      const { status, mistakes } = await refusalOf(world.create('load_balancers', body));
      expect(status).toBe(400);
      const places = mistakes.map(({ pointer }) => pointer);
      expect(places).toContain('/default_pools/1');
      expect(places).toContain('/mirror/pool');
      expect(places).toContain(`/random_steering/pool_weights/${UNKNOWN}`);
      expect(places).toContain('/rules/0/overrides/default_pools/0');
      expect(places).toContain('/pool_sets/0/overrides/fallback_pool');
      expect(mistakes[0]?.message).toContain('there is no pool with this id');
    }));

  it('by name are refused, and the error says the id', () =>
    inHistory(async (world) => {
      const { eu } = await pools(world);
      const body = { name: 'b.example.com', default_pools: ['eu'] };
      const { mistakes } = await refusalOf(world.create('load_balancers', body));
      expect(mistakes[0]?.message).toContain(`write its id, "${eu.id}"`);
    }));

  it('of a group to an unknown monitor are 412/1004', () =>
    inHistory(async (world) => {
      const body = { description: '', members: [{ monitor_id: UNKNOWN }] };
      const { status, mistakes } = await refusalOf(world.create('monitor_groups', body));
      expect({ status, mistakes }).toMatchObject({
        status: 412,
        mistakes: [{ code: 1_004, pointer: '/members/0/monitor_id' }],
      });
    }));

  it('are unset by an empty text', () =>
    inHistory(async (world) => {
      const monitor = await world.create('monitors', {});
      const { id } = await world.create('pools', pool('eu', { monitor: monitor.id }));
      expect((await world.merge('pools', id, { monitor: '' })).value['monitor']).toBe('');
      await world.write({ do: 'remove', list: 'monitors', id: monitor.id });
    }));
});

describe('a rename of a pool', () => {
  it('renames every reference to it', () =>
    inHistory(async (world) => {
      const { eu, us } = await pools(world);
      await world.create('load_balancers', everywhere(eu.id, us.id));
      const renamed = await world.merge('pools', us.id, { name: 'america' });
      expect(renamed).toMatchObject({ id: us.id, key: 'america', created_on: us.created_on });
      expect(world.written('load_balancers', 'app.example.com').value).toEqual(everywhere('eu', 'america'));
      expect(world.ledger.objects.shown('load_balancers')[0]?.value).toEqual(everywhere(eu.id, us.id));
    }));

  it('with an id of its own renames references by name, and leaves those by id', () =>
    inHistory(async (world) => {
      await world.publish({
        load_balancers: [
          { name: 'a.example.com', default_pools: ['europe'] },
          {
            name: 'b.example.com',
            default_pools: ['Europe'],
            random_steering: { pool_weights: { Europe: 1 } },
          },
        ],
        pools: [{ id: 'europe', ...pool('Europe') }],
      });
      const [eu] = world.ledger.objects.shown('pools');
      const renamed = await world.replace('pools', eu?.id ?? '', pool('Old-World'));
      expect(renamed).toMatchObject({ id: eu?.id, key: 'europe' });
      expect(world.written('load_balancers', 'a.example.com').value['default_pools']).toEqual(['europe']);
      expect(world.written('load_balancers', 'b.example.com').value).toMatchObject({
        default_pools: ['Old-World'],
        random_steering: { pool_weights: { 'Old-World': 1 } },
      });
    }));

  it.each([
    ['by name', pool('eu'), 'eu'],
    ['by the name of a pool with an id', { id: 'x', ...pool('eu') }, 'eu'],
  ])('is refused when a notification names it %s', (_, one, name) =>
    inHistory(async (world) => {
      const notifications = [{ name: 'ops', url: 'https://hooks.example.com', pools: [name] }];
      await world.publish({ pools: [one], notifications });
      const [eu] = world.ledger.objects.shown('pools');
      const before = world.snapshot();
      const { status, mistakes } = await refusalOf(world.merge('pools', eu?.id ?? '', { name: 'other' }));
      expect({ status, mistakes }).toMatchObject({
        status: 412,
        mistakes: [{ code: 1_005, pointer: '/name' }],
      });
      expect(mistakes[0]?.message).toContain('notification ops');
      expect(world.snapshot()).toEqual(before);
    }),
  );
});

describe('an object that is referred to cannot be deleted:', () => {
  it('a pool of load balancers, by any reference', () =>
    inHistory(async (world) => {
      const { eu, us } = await pools(world);
      await world.create('load_balancers', everywhere(eu.id, us.id));
      await world.create('load_balancers', {
        name: 'b.example.com',
        default_pools: [eu.id],
        mirror: { pool: us.id, percent: 1 },
      });
      const { status, mistakes } = await refusalOf(world.write({ do: 'remove', list: 'pools', id: us.id }));
      expect(status).toBe(412);
      expect(mistakes).toMatchObject([
        {
          code: 1_005,
          meta: { referrers: ['load balancer app.example.com', 'load balancer b.example.com'] },
        },
      ]);
      expect(mistakes[0]?.message).toBe(
        'This object is referenced by other objects, delete them first: load balancer app.example.com, load balancer b.example.com',
      );
    }));

  it('a pool of a notification', () =>
    inHistory(async (world) => {
      const notifications = [{ name: 'ops', url: 'https://hooks.example.com', pools: ['eu'] }];
      await world.publish({ pools: [pool('eu')], notifications });
      const [eu] = world.ledger.objects.shown('pools');
      const { mistakes } = await refusalOf(world.write({ do: 'remove', list: 'pools', id: eu?.id ?? '' }));
      expect(mistakes).toMatchObject([{ code: 1_005, meta: { referrers: ['notification ops'] } }]);
    }));

  it('a monitor of a pool and of a group, and a group of a pool', () =>
    inHistory(async (world) => {
      const monitor = await world.create('monitors', {});
      const group = await world.create('monitor_groups', {
        description: '',
        members: [{ monitor_id: monitor.id }],
      });
      await world.create('pools', { name: 'eu', origins: [origin('a')], monitor: monitor.id });
      await world.create('pools', { name: 'us', origins: [origin('a')], monitor_group: group.id });
      const of_monitor = await refusalOf(world.write({ do: 'remove', list: 'monitors', id: monitor.id }));
      expect(of_monitor.message).toContain('pool eu, monitor group ');
      const of_group = await refusalOf(world.write({ do: 'remove', list: 'monitor_groups', id: group.id }));
      expect(of_group.message).toContain('pool us');
    }));
});
