import { describe, expect, it } from 'vitest';
import type { HealthDocument } from '../../../../../shared/contracts/health.ts';
import { HEALTH_ROUTES, popHealth } from '../../../../../workers/console/routes/cloudflare/health.ts';
import { healthOf, NOW } from '../../fixture.ts';
import { ACCOUNT, call, historyOf, idOf, listsOf } from './call.ts';

const EU = {
  id: 'eu',
  name: 'Europe',
  monitor: 'm',
  minimum_origins: 2,
  origins: [
    { name: 'a', address: 'a.example.net' },
    { name: 'b', address: '2001:DB8::5' },
    { name: 'c', address: 'c.example.net', enabled: false },
  ],
};

function shown(health: HealthDocument | undefined, more = {}) {
  const [pool] = listsOf({ pools: [{ ...EU, ...more }] }).pools;
  if (pool === undefined) throw new Error('no pool');
  return popHealth(pool, health, NOW);
}

const up = { state: 'up', since: NOW, rtt_ms: { default: 12.1 } } as const;
const down = { state: 'down', since: NOW, rtt_ms: {}, reason: 'tcp_timeout' } as const;

describe('the health of a pool', () => {
  it("is in the form of Cloudflare's API, with a place of its own if only one probes", () => {
    expect(shown({ ...healthOf({ 'eu/a': up, 'eu/b': down }), others: 'up' })).toEqual({
      default: {
        healthy: false,
        origins: [
          { 'a.example.net': { healthy: true, failure_reason: 'No failures', rtt: '12.1ms' } },
          { '2001:DB8::5': { healthy: false, failure_reason: 'tcp_timeout' } },
          { 'c.example.net': { healthy: true, failure_reason: 'No failures' } },
        ],
      },
    });
  });

  it('is told for each place that probes', () => {
    const regions = { weur: 'up', enam: 'down' } as const;
    const health = healthOf({
      'eu/a': { ...up, rtt_ms: { weur: 3 }, regions },
      'eu/b': { ...up, rtt_ms: { weur: 4 }, regions },
    });
    const { weur, enam, ...others } = shown(health);
    expect([weur?.healthy, enam?.healthy, others]).toEqual([true, false, {}]);
    expect(weur?.origins[1]?.['2001:DB8::5']?.rtt).toBe('4ms');
  });

  it.each([
    ['has no monitor', healthOf({ 'eu/a': up }), { monitor: undefined }],
    ['is not published yet', undefined, {}],
    ['is too old', healthOf({ 'eu/a': up }, 3_600_000), {}],
    ['knows none of its origins', healthOf({ 'us/a': up }), {}],
  ])('is empty if it %s', (_, health, more) => {
    expect(shown(health, more)).toEqual({});
  });

  it('is answered for a pool that nothing is published of', async () => {
    const id = idOf('pools', 0);
    const path = `/client/v4/accounts/${ACCOUNT}/load_balancers/pools/${id}/health`;
    const { result } = await call(HEALTH_ROUTES, `GET ${path}`, { history: historyOf({ pools: [EU] }) });
    expect(result).toEqual({ pool_id: id, pop_health: {} });
  });

  it('comes from the coordinator', async () => {
    const path = `/client/v4/accounts/${ACCOUNT}/load_balancers/pools/${idOf('pools', 0)}/health`;
    const health = { ...healthOf({ 'eu/a': up }), published_at: NOW };
    const OPERATOR = { heads: async () => ({}), body: async () => undefined, announce: async () => true };
    const env = { OPERATOR: { ...OPERATOR, health: async () => health } };
    const { result } = await call(HEALTH_ROUTES, `GET ${path}`, { env, history: historyOf({ pools: [EU] }) });
    expect(result).toMatchObject({ pop_health: { default: { healthy: true } } });
  });
});
