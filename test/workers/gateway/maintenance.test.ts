import { describe, expect, it } from 'vitest';
import { balancer, pool, rotating, setUp } from './support.ts';

describe('a balancer in maintenance', () => {
  it('answers every request with its page and asks no origin', async () => {
    const page = { retry_after_s: 90, message_body: '<h1>Back soon</h1>', content_type: 'text/html' };
    const { request, tickets, points } = setUp({
      balancer: balancer({ maintenance: { enabled: true, ...page } }),
    });
    const response = await request('https://app.example.com/x', { method: 'POST', body: 'y' });
    expect(response.status).toBe(503);
    expect(Object.fromEntries(response.headers)).toEqual({
      'cache-control': 'no-store',
      'content-type': 'text/html',
      'retry-after': '90',
    });
    expect(await response.text()).toBe('<h1>Back soon</h1>');
    expect(tickets).toEqual([]);
    expect(points[0]?.blobs).toContain('maintenance');
    const off = setUp({ balancer: balancer({ maintenance: { enabled: false, ...page } }) });
    expect((await off.request('https://app.example.com/')).status).toBe(200);
  });

  it('answers with its page, if it has one, while all of its pools are in maintenance', async () => {
    const page = { enabled: false, retry_after_s: 90, message_body: 'soon', content_type: 'text/plain' };
    const answered = async (
      maintenance: typeof page | undefined,
      ...states: ('maintenance' | undefined)[]
    ) => {
      const pools = states.map((state, i) => pool(i === 0 ? 'p' : 'q', ['a'], state ? { state } : {}));
      const both = { default_pools: ['p', 'q'], fallback_pool: 'q', ...(maintenance ? { maintenance } : {}) };
      const up = setUp({ balancer: balancer(both), pools, select: rotating([]) });
      const response = await up.request('https://app.example.com/');
      return `${response.status} ${response.headers.get('retry-after')} ${(await response.text()).trim()}`;
    };
    expect(await answered(page, 'maintenance', 'maintenance')).toBe('503 90 soon');
    expect(await answered(undefined, 'maintenance', 'maintenance')).toBe('503 5 Service Unavailable');
    expect(await answered(page, 'maintenance', undefined)).not.toContain('soon');
  });

  it('serves a request whose pool set or rule names a pool that is not in maintenance', async () => {
    const page = { enabled: false, retry_after_s: 90, message_body: 'soon', content_type: 'text/plain' };
    const status = async (change: 'pool_sets' | 'rules', path: string) => {
      const condition = {
        op: 'eq',
        left: { field: 'http.request.uri.path' },
        right: '/open',
      } as const;
      const changes = [{ name: 'open', condition, overrides: { default_pools: ['q'], fallback_pool: 'q' } }];
      const pools = [pool('p', ['a'], { state: 'maintenance' }), pool('q', ['b'])];
      const own = { default_pools: ['p'], fallback_pool: 'p', maintenance: page, [change]: changes };
      const { request } = setUp({ balancer: balancer(own), pools, select: rotating(['q/b']) });
      return (await request(`https://app.example.com${path}`)).status;
    };
    expect(await status('pool_sets', '/open')).toBe(200);
    expect(await status('rules', '/open')).toBe(200);
    expect(await status('pool_sets', '/other')).toBe(503);
  });
});
