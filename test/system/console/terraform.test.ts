import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_TOKEN, type ServedConsole, startConsole } from '../../../tools/harness/console.ts';
import { type Answer, send } from './caller.ts';
import { type Applied, apply, type Kind, RESOURCES } from './terraform.ts';

let served: ServedConsole;

beforeAll(async () => {
  served = await startConsole();
});

afterAll(() => served.stop());

/** Applies one configuration after the other to one object. Every plan must be empty. @returns the object */
async function steps(kind: Kind, configs: readonly Readonly<Record<string, unknown>>[]): Promise<Applied> {
  let applied: Applied | undefined;
  for (const [index, config] of configs.entries()) {
    applied = await apply(served.url, kind, config, applied);
    expect(applied.drifts, `${kind}, step ${index + 1}`).toEqual([]);
  }
  if (applied === undefined) throw new Error('no steps');
  return applied;
}

async function remove(kind: Kind, id: string): Promise<Answer> {
  return send(served.url, 'DELETE', `/client/v4${RESOURCES[kind].path}/${id}`, { token: ADMIN_TOKEN });
}

const origin = (name: string, more: object = {}) => ({ name, address: `${name}.example.com`, ...more });

describe("a plan of Terraform's provider after an apply is empty", () => {
  let monitor = '';
  let pools: [string, string] = ['', ''];
  let group = '';
  let balancer = '';

  it('for a monitor: zeros, empty texts and fields that are unset later', async () => {
    const { id } = await steps('monitor', [
      {},
      { consecutive_down: 0, consecutive_up: 0, port: 0 },
      {
        ...{ type: 'https', expected_codes: '2xx', path: '/health', method: 'HEAD', port: 8_443 },
        ...{
          header: { Host: ['app.example.com'] },
          consecutive_down: 2,
          consecutive_up: 2,
          description: 'x',
        },
      },
      {},
      { type: 'tcp', method: 'connection_established', port: 8_080 },
      { type: 'http', method: 'GET', path: '/' },
    ]);
    monitor = id;
  });

  it('for a pool: the order of origins, a port of 0, blocks, and the time of its creation', async () => {
    const name = 'first';
    const first = await steps('pool', [
      { name, origins: [origin('zeta'), origin('alpha')] },
      {
        ...{ name, monitor, latitude: 12.3, longitude: 55, check_regions: ['WEU'] },
        ...{ load_shedding: {}, origin_steering: {}, notification_filter: {} },
        origins: [origin('zeta', { port: 0, weight: 0 }), origin('alpha', { enabled: false })],
      },
      {
        ...{
          name,
          description: 'd',
          enabled: false,
          minimum_origins: 2,
          notification_email: 'a@example.com',
        },
        origins: [
          origin('zeta', { header: { Host: ['app.example.com'] } }),
          origin('alpha', { weight: 0.5 }),
        ],
        load_shedding: { default_percent: 55, default_policy: 'hash', session_percent: 12 },
        notification_filter: { pool: { disable: true }, origin: { healthy: false } },
        origin_steering: { policy: 'least_connections' },
      },
      { name, origins: [origin('zeta'), origin('alpha')] },
    ]);
    const second = await steps('pool', [{ name: 'second', origins: [origin('two')] }]);
    pools = [first.id, second.id];
  });

  it('for a monitor group', async () => {
    const member = (more: object) => ({ monitor_id: monitor, ...more });
    const { id } = await steps('monitor_group', [
      {
        description: 'g',
        members: [member({ enabled: true, monitoring_only: false, must_be_healthy: true })],
      },
      {
        description: '',
        members: [member({ enabled: false, monitoring_only: true, must_be_healthy: false })],
      },
    ]);
    group = id;
  });

  it('for a load balancer: empty maps, blocks, and rules of equal priority', async () => {
    const [first, second] = pools;
    const base = { name: 'app.example.com', default_pools: pools, fallback_pool: second };
    const one = {
      ...{ name: 'one', condition: 'http.request.uri.path contains "/x"', priority: 0, disabled: false },
      overrides: { steering_policy: 'off' },
    };
    const two = {
      ...{ name: 'two', condition: 'http.host eq "y"', priority: 0, disabled: false },
      fixed_response: { message_body: 'hello', status_code: 200, content_type: 'text/plain' },
    };
    const { id } = await steps('load_balancer', [
      base,
      { ...base, country_pools: {}, description: '' },
      {
        ...{ ...base, steering_policy: 'random', random_steering: { pool_weights: { [first]: 0.4 } } },
        ...{ adaptive_routing: {}, location_strategy: {}, proxied: true, ttl: 30 },
      },
      {
        ...{ ...base, session_affinity: 'cookie', session_affinity_ttl: 1_800 },
        session_affinity_attributes: { samesite: 'Auto', secure: 'Auto', drain_duration: 0 },
      },
      {
        ...{ ...base, steering_policy: 'geo', region_pools: { WNAM: [first], ENAM: [second] } },
        ...{ country_pools: { US: [second] }, pop_pools: { LAX: [first] } },
      },
      { ...base, rules: [one, two] },
      base,
    ]);
    balancer = id;
  });

  it('and objects go in the order of its graph: what is in use is 412 with the names of what uses it', async () => {
    for (const [kind, id, by] of [
      ['pool', pools[0], 'app.example.com'],
      ['monitor', monitor, group],
    ] as const) {
      const { status, text } = await remove(kind, id);
      expect([kind, status]).toEqual([kind, 412]);
      expect(JSON.parse(text)).toMatchObject({
        errors: [{ code: 1_005, message: expect.stringContaining(by) }],
      });
    }
    const graph: [Kind, string][] = [
      ['load_balancer', balancer],
      ...pools.map((id): [Kind, string] => ['pool', id]),
      ['monitor_group', group],
      ['monitor', monitor],
    ];
    for (const [kind, id] of graph) {
      expect((await remove(kind, id)).status).toBe(200);
      const path = `/client/v4${RESOURCES[kind].path}/${id}`;
      // Terraform forgets an object whose reading is 404.
      expect((await send(served.url, 'GET', path, { token: ADMIN_TOKEN })).status).toBe(404);
    }
  });
});
