import { describe, expect, it } from 'vitest';
import { orderFor, watched } from '../../../../workers/health/probe/order.ts';
import { config, monitor, origin } from '../fixture.ts';

describe('watched', () => {
  it('lists enabled origins of enabled pools, whatever their weight', () => {
    const origins = [origin('a'), origin('b', { weight: 0 }), origin('c', { enabled: false })];
    expect(watched(config(origins)).map(({ id }) => id)).toEqual(['p/a', 'p/b']);
  });

  it('lists draining origins, but not origins in maintenance', () => {
    const origins = [origin('a', { state: 'drain' }), origin('b', { state: 'maintenance' })];
    expect(watched(config(origins)).map(({ id }) => id)).toEqual(['p/a']);
    expect(watched(config([origin('a')], { pool: { state: 'drain' } }))).toHaveLength(1);
  });

  it.each([
    ['is disabled', { enabled: false }],
    ['is in maintenance', { state: 'maintenance' as const }],
    ['names a monitor that does not exist', { monitor: 'gone' }],
  ])('skips a pool that %s', (_, pool) => {
    expect(watched(config([origin('a')], { pool }))).toEqual([]);
  });

  it('skips a pool without a monitor', () => {
    const { monitor: _, ...pool } = config([origin('a')]).pools.p;
    expect(watched({ ...config([]), pools: { p: pool } })).toEqual([]);
  });

  it('uses the proxy that carries the traffic', () => {
    expect(watched(config([origin('a', { proxy: 'PROXY_EU' })]))[0]?.proxy).toBe('PROXY_EU');
  });

  it.each([
    ['the address', config([origin('a', { address: 'b.example.com' })]), false],
    ['the monitor', config([origin('a')], { monitor: { consecutive_down: 7 } }), false],
    ['the weight', config([origin('a', { weight: 0.5 })]), true],
  ])('changes the definition, or keeps it, on a change of %s', (_, changed, same) => {
    const definition = watched(config([origin('a')]))[0]?.definition;
    expect(watched(changed)[0]?.definition === definition).toBe(same);
  });
});

describe('orderFor', () => {
  it.each([
    ["the monitor's", { port: 8081 }, 'https://a.example.com:8443', 8081],
    ["the origin's own", {}, 'https://a.example.com:8443', 8443],
    ['443 for https', {}, 'https://a.example.com', 443],
    ['80 for http', { type: 'http' as const }, 'https://a.example.com', 80],
    ["the origin's scheme's for tcp", { type: 'tcp' as const }, 'https://a.example.com', 443],
    ["the origin's scheme's for tcp over http", { type: 'tcp' as const }, 'http://a.example.com', 80],
  ])('uses as port %s', (_, definition, url, port) => {
    expect(orderFor(origin('a', { url }), monitor(definition)).port).toBe(port);
  });

  it.each([
    ["the origin's own Host", 'own.example.com', { hOsT: 'monitor.example.com' }, 'own.example.com'],
    ["the monitor's Host", undefined, { hOsT: 'monitor.example.com' }, 'monitor.example.com'],
    ['the address', undefined, {}, 'a.example.com'],
  ])('sends exactly one Host: %s', (_, host, headers, expected) => {
    const order = orderFor(
      origin('a', host === undefined ? {} : { host }),
      monitor({ headers: { 'x-probe': '1', ...headers } }),
    );
    expect(order.headers).toEqual({ 'x-probe': '1', Host: expected });
  });

  it('takes everything else from the monitor', () => {
    const definition = {
      method: 'HEAD' as const,
      path: '/ready',
      expected_codes: '200,204',
      expected_body: 'fine',
      follow_redirects: true,
      timeout_ms: 250,
    };
    expect(orderFor(origin('a'), monitor(definition))).toMatchObject({
      ...definition,
      origin: 'p/a',
      type: 'https',
    });
  });
});
