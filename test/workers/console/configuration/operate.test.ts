import { describe, expect, it } from 'vitest';
import type { OperatorChange } from '../../../../shared/contracts/history.ts';
import { inHistory, pool, refusalOf, twoPools, type World } from '../history/world.ts';

const operate = (world: World, ...changes: OperatorChange[]) => world.write({ do: 'operate', changes });

/** Runs a test on two pools with a load balancer. */
const onTwoPools = (run: (world: World) => Promise<void>, more: Record<string, unknown> = {}) =>
  inHistory(async (world) => {
    await world.publish({ ...twoPools(), ...more });
    await run(world);
  });

describe('an operator', () => {
  it('sets state, weight and switch of pools and origins, and hears which states changed', () =>
    onTwoPools(async (world) => {
      const { states } = await operate(
        world,
        { target: 'eu', state: 'drain' },
        { target: 'us/us-1', state: 'maintenance', weight: 0.5, enabled: true },
      );
      expect(states).toEqual([
        { kind: 'pool', id: 'eu', before: 'ready', after: 'drain' },
        { kind: 'origin', id: 'us/us-1', before: 'ready', after: 'maintenance' },
      ]);
      expect(world.written('pools', 'eu').value['state']).toBe('drain');
      expect(world.written('pools', 'us').value['origins']).toMatchObject([
        { state: 'maintenance', weight: 0.5, enabled: true },
        { name: 'us-2' },
      ]);
      await operate(world, { target: 'eu', state: 'ready' });
      expect(world.written('pools', 'eu').value).not.toHaveProperty('state');
    }));

  it('finds a pool by its id and by its name', () =>
    onTwoPools(
      async (world) => {
        await operate(world, { target: 'own', state: 'drain' });
        await operate(world, { target: 'Europe/Europe-1', state: 'drain' });
        expect(world.written('pools', 'own').value).toMatchObject({
          state: 'drain',
          origins: [{ state: 'drain' }, {}],
        });
      },
      { pools: [{ id: 'own', ...pool('Europe') }, pool('eu'), pool('us')] },
    ));

  it('puts a load balancer into maintenance and takes it out', () =>
    onTwoPools(async (world) => {
      const balancer = 'app.example.com';
      const { states } = await operate(world, { balancer, state: 'maintenance' });
      expect(states).toEqual([{ kind: 'balancer', id: balancer, before: 'ready', after: 'maintenance' }]);
      expect(world.written('load_balancers', balancer).value['maintenance']).toEqual({ enabled: true });
      await operate(world, { balancer, state: 'ready' });
      expect(world.written('load_balancers', balancer).value['maintenance']).toEqual({ enabled: false });
    }));

  it('sets a strategy, and options of another one go', () =>
    onTwoPools(
      async (world) => {
        await operate(
          world,
          { target: 'eu', policy: 'hash' },
          { balancer: 'app.example.com', policy: 'hash' },
        );
        expect(world.written('pools', 'eu').value['origin_steering']).toMatchObject({
          options: { key: 'path' },
        });
        await operate(
          world,
          { target: 'eu', policy: 'random' },
          { balancer: 'app.example.com', policy: 'random' },
        );
        expect(world.written('pools', 'eu').value['origin_steering']).toEqual({ policy: 'random' });
        const { value } = world.written('load_balancers', 'app.example.com');
        expect(value['steering_policy']).toBe('random');
        expect(value).not.toHaveProperty('steering_options');
      },
      {
        pools: [pool('eu', { origin_steering: { policy: 'hash', options: { key: 'path' } } }), pool('us')],
        load_balancers: [
          { ...twoPools().load_balancers[0], steering_policy: 'hash', steering_options: { key: 'path' } },
        ],
      },
    ));

  it.each<[string, number, OperatorChange, string]>([
    ['an unknown pool', 404, { target: 'nope', state: 'drain' }, 'it has eu, us'],
    ['an unknown origin', 404, { target: 'eu/nope', state: 'drain' }, 'the pool has eu/eu-1, eu/eu-2'],
    ['an unknown load balancer', 404, { balancer: 'nope', state: 'ready' }, 'it has app.example.com'],
    ['neither target nor balancer', 400, { state: 'drain' }, 'name one of these'],
    ['both', 400, { target: 'eu', balancer: 'app.example.com' }, 'name one of these'],
    ['the weight of a pool', 400, { target: 'eu', weight: 1 }, '`weight` is for origins'],
    ['the policy of an origin', 400, { target: 'eu/eu-1', policy: 'hash' }, '`policy` is for pools'],
    ['a drain of a load balancer', 400, { balancer: 'app.example.com', state: 'drain' }, 'has no drain'],
    ['a weight above 1', 400, { target: 'eu/eu-1', weight: 2 }, 'pool eu: origins[0].weight: got 2'],
    ['an unknown policy', 400, { target: 'eu', policy: 'x' }, 'pool eu: origin_steering.policy: got "x"'],
  ])('is refused for %s, and nothing else of the request is done', (_, status, change, words) =>
    onTwoPools(async (world) => {
      const before = world.snapshot();
      const refusal = await refusalOf(operate(world, { target: 'us', state: 'drain' }, change));
      expect(refusal.status).toBe(status);
      expect(refusal.message).toContain(words);
      // A pointer would lead into the pool, and the body is no pool.
      expect(refusal.mistakes[0]).not.toHaveProperty('pointer');
      expect(world.snapshot()).toEqual(before);
    }),
  );

  it('makes a policy live with the options that it was tried with', () =>
    onTwoPools(
      async (world) => {
        await operate(
          world,
          { target: 'eu', policy: 'hash' },
          { target: 'us', policy: 'ketama' },
          { balancer: 'app.example.com', policy: 'hash' },
        );
        expect(world.written('pools', 'eu').value['origin_steering']).toMatchObject({
          policy: 'hash',
          options: { key: 'path' },
        });
        // A trial without options takes those of the live policy.
        expect(world.written('pools', 'us').value['origin_steering']).toMatchObject({
          policy: 'ketama',
          options: { key: 'header:x-tenant' },
        });
        expect(world.written('load_balancers', 'app.example.com').value).toMatchObject({
          steering_policy: 'hash',
          steering_options: { key: 'cookie:a' },
        });
      },
      {
        pools: [
          pool('eu', {
            origin_steering: {
              policy: 'random',
              canary: { policy: 'hash', percent: 5, options: { key: 'path' } },
            },
          }),
          pool('us', {
            origin_steering: {
              ...{ policy: 'hash', options: { key: 'header:x-tenant' } },
              shadow: { policy: 'ketama' },
            },
          }),
        ],
        load_balancers: [
          {
            ...twoPools().load_balancers[0],
            steering_shadow: { policy: 'hash', options: { key: 'cookie:a' } },
          },
        ],
      },
    ));

  it('needs force to leave a load balancer with nothing usable', () =>
    onTwoPools(async (world) => {
      const changes = [
        { target: 'eu', state: 'maintenance' },
        { target: 'us', state: 'maintenance' },
      ] as const;
      const { mistakes } = await refusalOf(operate(world, ...changes));
      expect(mistakes).toMatchObject([{ code: 1_006 }]);
      expect(mistakes[0]?.message).toContain('load balancer app.example.com: default_pools');
      await world.write({ do: 'operate', changes }, { force: true });
      await operate(world, { target: 'us', state: 'ready' });
    }));

  it('swaps two pools in one request, although nothing is usable half-way', () =>
    onTwoPools(
      async (world) => {
        await operate(world, { target: 'us', state: 'maintenance' }, { target: 'eu', state: 'ready' });
        expect(world.written('pools', 'us').value['state']).toBe('maintenance');
      },
      { pools: [pool('eu', { state: 'maintenance' }), pool('us')] },
    ));

  it('makes no version by setting what is set', () =>
    onTwoPools(async (world) => {
      const { changed, version } = await operate(world, { target: 'eu', state: 'ready' });
      expect({ changed, version: version.version }).toEqual({ changed: false, version: 1 });
    }));
});
