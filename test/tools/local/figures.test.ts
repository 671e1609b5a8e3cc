import { describe, expect, it } from 'vitest';
import { TRAFFIC_WEIGHT } from '../../../shared/analytics/datasets.ts';
import { recentTraffic, saidByConsole } from '../../../tools/local/figures.ts';

function answering(body: unknown, asked: string[] = []): typeof fetch {
  return async (_url, init) => {
    asked.push(String(init?.body));
    return Response.json(body);
  };
}

describe('recentTraffic', () => {
  it('counts sampled rows by weight, and reads counts that are strings', async () => {
    const asked: string[] = [];
    const data = [{ origin: 'demo/one', requests: '120', p95: 7.5 }];
    const traffic = await recentTraffic(1, answering({ data }, asked));
    expect(traffic.get('demo/one')).toEqual({ requests: 120, p95_ms: 7.5 });
    expect(asked[0]).toContain(`sum(${TRAFFIC_WEIGHT})`);
    expect(asked[0]).toContain('FROM plimsoll_traffic_v2');
  });
});

describe('saidByConsole', () => {
  it('reads the state of every origin and its reason', async () => {
    const origins = [
      { id: 'demo/one', state: 'up', reason: null },
      { id: 'demo/two', state: 'down', reason: 'tcp_connection_failed' },
    ];
    const said = await saidByConsole(1, 'token', answering({ balancers: [{ pools: [{ origins }] }] }));
    expect(said.get('demo/one')).toEqual({ state: 'up' });
    expect(said.get('demo/two')).toEqual({ state: 'down', reason: 'tcp_connection_failed' });
  });
});
