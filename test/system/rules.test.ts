import { describe, it } from 'vitest';
import { configFrom } from '../../tools/harness/config.ts';
import { startOrigin } from '../../tools/harness/origin.ts';
import { eventually } from './harness/eventually.ts';
import { startPlimsoll } from './harness/plimsoll.ts';

// Rules in front of real processes, from the condition in a file to the origin that answers.

describe.concurrent('rules', () => {
  it('answer one path with a maintenance page and send testers to another pool, even with geo', async ({
    expect,
    onTestFinished,
  }) => {
    const origins = {
      live: await startOrigin({ name: 'live' }),
      canary: await startOrigin({ name: 'canary' }),
    };
    const pool = (name: keyof typeof origins) => ({
      name,
      origins: [{ name, address: '127.0.0.1', port: origins[name].port }],
    });
    const plimsoll = await startPlimsoll({
      config: configFrom({
        load_balancers: [
          {
            name: '*',
            default_pools: ['live'],
            region_pools: { WEU: ['live'] },
            steering_policy: 'geo',
            rules: [
              {
                name: 'maintenance',
                condition: 'http.request.uri.path wildcard "/shop/*"',
                fixed_response: {
                  status_code: 503,
                  content_type: 'text/html',
                  message_body: '<h1>back soon</h1>',
                },
              },
              {
                name: 'testers',
                condition:
                  'any(http.request.headers["x-tester"][*] in {"yes" "1"}) and http.request.method != "POST"',
                overrides: { default_pools: ['canary'] },
              },
            ],
          },
        ],
        pools: [pool('live'), pool('canary')],
      }),
    });
    onTestFinished(async () => {
      for (const part of [plimsoll, origins.live, origins.canary]) await part.stop();
    });
    const get = async (path: string, init: RequestInit = {}) => {
      const response = await fetch(`${plimsoll.url}${path}`, init);
      return {
        status: response.status,
        type: response.headers.get('content-type'),
        body: await response.text(),
      };
    };

    // A cold selector may be slower than the gateway waits.
    let warm_up = 0;
    await eventually(async () => {
      await get('/');
      const points = await plimsoll.pointsWritten(++warm_up);
      return points.at(-1)?.decision === 'kept';
    });

    expect(await get('/shop/cart')).toEqual({ status: 503, type: 'text/html', body: '<h1>back soon</h1>' });
    const testers = { headers: { 'x-tester': 'yes' } };
    for (let i = 0; i < 5; i++) {
      await get('/');
      await get('/', testers);
    }
    await get('/', { ...testers, method: 'POST', body: 'x' });

    const points = (await plimsoll.pointsWritten(warm_up + 12)).slice(warm_up);
    const row = ({ path, origin, events, outcome }: (typeof points)[number]) => ({
      path,
      origin,
      events,
      outcome,
    });
    expect(row(points[0] ?? ({} as (typeof points)[number]))).toEqual({
      path: '/shop/cart',
      origin: '',
      events: 'rule:maintenance',
      outcome: 'fixed_response',
    });
    const by_rule = (events: string) =>
      new Set(
        points
          .slice(1)
          .filter((one) => one.events === events)
          .map((one) => one.origin),
      );
    expect(by_rule('rule:testers')).toEqual(new Set(['canary/canary']));
    expect(by_rule('')).toEqual(new Set(['live/live']));
    expect(points.filter(({ decision }) => decision === 'failover_order')).toEqual([]);
  });
});
