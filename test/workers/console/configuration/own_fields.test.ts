import { describe, expect, it } from 'vitest';
import { inHistory, origin, pool, type World } from '../history/world.ts';

/** A pool as Terraform sends it: it cannot name Plimsoll's fields. */
const SENT = { name: 'eu', origins: [origin('a'), origin('b', { weight: 0.5 })] };

async function poolOf(world: World, value: Record<string, unknown>): Promise<string> {
  return (await world.create('pools', value)).id;
}

describe("Plimsoll's own fields of a pool", () => {
  it('survive a PUT that does not name them', () =>
    inHistory(async (world) => {
      const id = await poolOf(world, { ...SENT, cost: 2, proxy: 'eu', description: 'x' });
      const { value } = await world.replace('pools', id, SENT);
      expect(value).toEqual({ ...SENT, cost: 2, proxy: 'eu' });
    }));

  it('are removed by null, and replaced by a value', () =>
    inHistory(async (world) => {
      const id = await poolOf(world, { ...SENT, cost: 2, proxy: 'eu' });
      const { value } = await world.replace('pools', id, { ...SENT, cost: null, proxy: 'us' });
      expect(value).toEqual({ ...SENT, proxy: 'us' });
    }));

  it('survive in an origin of the same name, wherever it stands in the list', () =>
    inHistory(async (world) => {
      const id = await poolOf(world, {
        name: 'eu',
        origins: [origin('a', { state: 'drain' }), origin('b', { scheme: 'http' })],
      });
      const origins = [origin('c'), origin('b', { weight: 0.1 }), origin('a')];
      for (const changed of [
        await world.replace('pools', id, { name: 'eu', origins }),
        await world.merge('pools', id, { origins }),
      ])
        expect(changed.value['origins']).toEqual([
          origin('c'),
          origin('b', { weight: 0.1, scheme: 'http' }),
          origin('a', { state: 'drain' }),
        ]);
      const ended = await world.merge('pools', id, { origins: [origin('a', { state: null })] });
      expect(ended.value['origins']).toEqual([origin('a')]);
    }));

  it('keep options with their policy, and drop them with another one', () =>
    inHistory(async (world) => {
      const shadow = { policy: 'random' };
      const steering = { policy: 'hash', options: { key: 'path' }, shadow };
      const id = await poolOf(world, { ...SENT, origin_steering: steering });
      const same = await world.replace('pools', id, { ...SENT, origin_steering: { policy: 'hash' } });
      expect(same.value['origin_steering']).toEqual(steering);
      const other = await world.replace('pools', id, {
        ...SENT,
        origin_steering: { policy: 'least_connections' },
      });
      expect(other.value['origin_steering']).toEqual({ policy: 'least_connections', shadow });
    }));
});

describe("Plimsoll's own fields of a load balancer", () => {
  async function balancer(world: World, more: Record<string, unknown>) {
    const { id: eu } = await world.create('pools', pool('eu'));
    const sent = { name: 'app.example.com', default_pools: [eu] };
    const { id } = await world.create('load_balancers', { ...sent, ...more });
    return { id, sent };
  }

  it('survive a PUT that does not name them, and its path with them', () =>
    inHistory(async (world) => {
      const own = { path: '/api', retry: { attempts: 2 }, trusted_proxies: ['10.0.0.0/8'] };
      const { id, sent } = await balancer(world, own);
      const replaced = await world.replace('load_balancers', id, { ...sent, description: 'x' });
      expect(replaced.value).toEqual({ ...sent, description: 'x', ...own });
      expect(replaced.key).toBe('app.example.com/api');
      const reset = await world.replace('load_balancers', id, { ...sent, path: null });
      expect(reset).toMatchObject({ id, key: 'app.example.com' });
    }));

  it('drop the options of a policy with another policy, in PUT and in PATCH', () =>
    inHistory(async (world) => {
      const steering = { steering_policy: 'hash', steering_options: { key: 'path' } };
      const { id, sent } = await balancer(world, steering);
      expect((await world.merge('load_balancers', id, { description: 'x' })).value).toMatchObject(steering);
      expect(
        (await world.replace('load_balancers', id, { ...sent, steering_policy: 'hash' })).value,
      ).toMatchObject(steering);
      const changed = await world.merge('load_balancers', id, { steering_policy: 'random' });
      expect(changed.value).toEqual({ ...sent, steering_policy: 'random' });
      await world.merge('load_balancers', id, steering);
      const replaced = await world.replace('load_balancers', id, sent);
      expect(replaced.value).toEqual(sent);
    }));
});
