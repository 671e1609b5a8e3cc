import { describe, expect, it } from 'vitest';
import type { ObjectList } from '../../../../shared/authoring/source/lists.ts';
import { inHistory, origin, pool, refusalOf } from '../history/world.ts';

const EXPLICIT: Readonly<Record<ObjectList, Readonly<Record<string, unknown>>>> = {
  monitors: {
    port: 0,
    consecutive_up: 0,
    consecutive_down: 0,
    expected_codes: '',
    header: {},
    description: '',
  },
  pools: {
    origins: [
      origin('zeta', { port: 0, weight: 0, header: {}, enabled: true }),
      origin('alpha', { virtual_network_id: '' }),
    ],
    name: 'written-last',
    load_shedding: {},
    origin_steering: {},
    notification_filter: { pool: {} },
    check_regions: ['WEU'],
    minimum_origins: 1,
    description: '',
    monitor: '',
  },
  monitor_groups: { members: [], description: '' },
  load_balancers: {
    rules: [],
    country_pools: {},
    description: '',
    networks: [],
    session_affinity_attributes: { headers: [], drain_duration: 0 },
    adaptive_routing: {},
    random_steering: {},
    proxied: false,
    name: 'APP.example.com',
  },
};

describe('an object', () => {
  it.each(['monitors', 'pools', 'load_balancers'] as const)(
    'of %s is shown as it was written: 0, "", {} and [] stay, in their order, and nothing is added',
    (list) =>
      inHistory(async (world) => {
        const body: Record<string, unknown> = { ...EXPLICIT[list] };
        if (list === 'load_balancers') {
          const { id } = await world.create('pools', pool('eu'));
          Object.assign(body, { default_pools: [id], fallback_pool: id });
        }
        const { id, value } = await world.create(list, body);
        expect(JSON.stringify(value)).toBe(JSON.stringify(body));
        expect(JSON.stringify(world.shown(list, id))).toBe(JSON.stringify(body));
        const replaced = await world.replace(list, id, body);
        expect(JSON.stringify(replaced.value)).toBe(JSON.stringify(body));
        world.restart();
        expect(JSON.stringify(world.shown(list, id))).toBe(JSON.stringify(body));
      }),
  );

  it('lacks what only the API sets, even if a body has it at any depth', () =>
    inHistory(async (world) => {
      const { id, value } = await world.create('pools', {
        id: 'f'.repeat(32),
        name: 'eu',
        created_on: '2020-01-01T00:00:00Z',
        modified_on: 'never',
        disabled_at: null,
        origins: [{ ...origin('a'), disabled_at: 'x', healthy: true, failure_reason: 'no' }],
      });
      expect(value).toEqual({ name: 'eu', origins: [origin('a')] });
      expect(id).not.toBe('f'.repeat(32));
      const monitor = await world.create('monitors', { id: 'mine', created_on: 'x' });
      expect(monitor.value).toEqual({});
      const group = await world.create('monitor_groups', {
        description: '',
        members: [{ monitor_id: monitor.id, created_at: 'x', updated_at: 'y' }],
      });
      expect(group.value).toEqual({ description: '', members: [{ monitor_id: monitor.id }] });
    }));
});

describe('null', () => {
  it('unsets a field on creation and replacement, at every depth', () =>
    inHistory(async (world) => {
      const { id, value } = await world.create('pools', {
        name: 'eu',
        monitor: null,
        latitude: null,
        origin_steering: null,
        load_shedding: { default_percent: null, session_percent: 5 },
        origins: [origin('a', { port: null, header: null, weight: 0.5 })],
      });
      expect(value).toEqual({
        name: 'eu',
        load_shedding: { session_percent: 5 },
        origins: [origin('a', { weight: 0.5 })],
      });
      const replaced = await world.replace('pools', id, {
        name: 'eu',
        load_shedding: null,
        origins: [origin('a', { weight: null })],
      });
      expect(replaced.value).toEqual({ name: 'eu', origins: [origin('a')] });
    }));

  it('unsets a field on PATCH, and what is not named stays', () =>
    inHistory(async (world) => {
      const before = { name: 'eu', description: 'x', latitude: 1, longitude: 2, origins: [origin('a')] };
      const { id } = await world.create('pools', before);
      const { value } = await world.merge('pools', id, {
        latitude: null,
        longitude: null,
        minimum_origins: 0,
      });
      expect(JSON.stringify(value)).toBe(
        JSON.stringify({ name: 'eu', description: 'x', origins: [origin('a')], minimum_origins: 0 }),
      );
    }));

  it('cannot unset what an object needs', () =>
    inHistory(async (world) => {
      const { id } = await world.create('pools', pool('eu'));
      const refusal = await refusalOf(world.merge('pools', id, { name: null, origins: null }));
      expect(refusal.status).toBe(400);
      expect(refusal.mistakes.map(({ pointer }) => pointer)).toEqual(['/name', '/origins']);
      expect(world.shown('pools', id)).toEqual(pool('eu'));
    }));
});

it.each([null, [], 'text', 3, true])('a body that is no object is refused: %j', (body) =>
  inHistory(async (world) => {
    const { id } = await world.create('pools', pool('eu'));
    for (const command of [
      { do: 'create', list: 'pools', body },
      { do: 'replace', list: 'pools', id, body },
      { do: 'merge', list: 'pools', id, body },
    ] as const) {
      const { status, mistakes } = await refusalOf(world.write(command));
      expect({ status, mistakes }).toMatchObject({ status: 400, mistakes: [{ code: 1_002, pointer: '' }] });
    }
  }),
);

it('a field of the name __proto__ is a field like any other, and there is none of this name', () =>
  inHistory(async (world) => {
    const body: unknown = JSON.parse('{"__proto__": {"name": "x"}, "name": "eu", "origins": []}');
    const { status, mistakes } = await refusalOf(world.create('pools', body));
    expect(status).toBe(400);
    expect(mistakes).toMatchObject([{ pointer: '/__proto__' }]);
  }));
