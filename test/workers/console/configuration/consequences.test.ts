import { expect, it } from 'vitest';
import type { OperatorChange } from '../../../../shared/contracts/history.ts';
import { inHistory, pool, twoPools, type World } from '../history/world.ts';

const operate = (world: World, ...changes: OperatorChange[]) => world.write({ do: 'operate', changes });

/** Runs a test on a configuration whose load balancer keeps sessions. */
const withSessions = (run: (world: World) => Promise<void>, pools = twoPools().pools) =>
  inHistory(async (world) => {
    const { load_balancers, monitors } = twoPools();
    const sessions = { session_affinity: 'cookie', session_affinity_ttl: 3_600 };
    await world.publish({
      load_balancers: load_balancers.map((one) => ({ ...one, ...sessions })),
      ...{ pools, monitors },
    });
    await run(world);
  });

const until = ({ clock }: World) => new Date(clock.now + 3_600_000).toISOString();

it('a drain says how long sessions stay, and nothing when it is set again', () =>
  withSessions(async (world) => {
    const drain = { target: 'eu/eu-1', state: 'drain' } as const;
    expect((await operate(world, drain)).notes).toEqual([
      `sessions of app.example.com stay until ${until(world)}`,
    ]);
    world.clock.now += 60_000;
    expect(await operate(world, drain)).toMatchObject({ changed: false, notes: [] });
  }));

it('a drain of two pools with one load balancer says it once for each', () =>
  withSessions(async (world) => {
    const { notes } = await operate(
      world,
      { target: 'eu/eu-1', state: 'drain' },
      { target: 'us/us-1', state: 'drain' },
    );
    const line = `sessions of app.example.com stay until ${until(world)}`;
    expect(notes).toEqual([line, line]);
  }));

it('a pool that takes no new clients any more is a warning, also if its last origin gets weight 0', () =>
  withSessions(async (world) => {
    const warning = 'warning: pool eu has no origin left that takes new clients';
    await operate(world, { target: 'eu/eu-1', state: 'maintenance' });
    expect((await operate(world, { target: 'eu/eu-2', weight: 0 })).notes).toContain(warning);
    expect((await operate(world, { target: 'eu/eu-2', weight: 0.5 })).notes).not.toContain(warning);
  }));

it('a pool is found by its name as well', () =>
  withSessions(
    async (world) => {
      const { notes } = await operate(world, { target: 'Europe/Europe-1', state: 'drain' });
      expect(notes).toEqual([`sessions of app.example.com stay until ${until(world)}`]);
    },
    [{ id: 'eu', ...pool('Europe') }, pool('us')],
  ));
