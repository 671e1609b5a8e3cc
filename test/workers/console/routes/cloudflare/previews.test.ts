import { describe, expect, it } from 'vitest';
import type { PreviewOrder, PreviewResult } from '../../../../../shared/contracts/preview.ts';
import { PREVIEW_ROUTES } from '../../../../../workers/console/routes/cloudflare/previews.ts';
import { ACCOUNT, call, historyOf, idOf } from './call.ts';

const PREFIX = `/client/v4/accounts/${ACCOUNT}/load_balancers`;

const history = () =>
  historyOf({
    pools: [
      {
        id: 'eu',
        name: 'Europe',
        monitor: 'm',
        origins: [
          { name: 'a', address: 'a.example.net' },
          { name: 'b', address: 'b.example.net' },
        ],
      },
      { name: 'us', monitor_group: 'g', origins: [{ name: 'c', address: 'c.example.net' }] },
      { name: 'bare', origins: [{ name: 'd', address: 'd.example.net' }] },
    ],
    monitors: [
      { id: 'm', type: 'https', path: '/health' },
      { id: 'n', type: 'tcp', port: 5432 },
    ],
    monitor_groups: [{ id: 'g', members: [{ monitor_id: 'm' }, { monitor_id: 'n' }] }],
  });

/** A health Worker that finds `b` unreachable, and probes by every monitor of the pool's configuration. */
function previewer() {
  const orders: PreviewOrder[] = [];
  const preview = async (order: PreviewOrder): Promise<PreviewResult[]> => {
    orders.push(order);
    const url = 'https://x/';
    return order.origin.endsWith('/b')
      ? [{ monitor: 'm', url, outcome: 'failure', reason: 'tcp_timeout', status: 0, rtt_ms: 5_000 }]
      : [{ monitor: 'm', url, outcome: 'success', status: 200, rtt_ms: 12 }];
  };
  return { orders, env: { HEALTH: { preview } } };
}

async function preview(path: string, body: unknown = {}) {
  const { orders, env } = previewer();
  const kept = history();
  const { result } = await call(PREVIEW_ROUTES, `POST ${PREFIX}/${path}/preview`, {
    body,
    env,
    history: kept,
  });
  const { preview_id, pools } = result as { preview_id: string; pools: Record<string, string> };
  const read = await call(PREVIEW_ROUTES, `GET ${PREFIX}/preview/${preview_id}`, { history: kept });
  return { pools, orders, found: read.result, monitors: orders[0]?.config?.monitors };
}

const EU = idOf('pools', 0);
const US = idOf('pools', 1);

describe('a preview of a pool', () => {
  it('probes its origins and keeps the results', async () => {
    const { pools, found, orders } = await preview(`pools/${EU}`);
    expect(pools).toEqual({ [EU]: 'Europe' });
    expect(orders.map(({ origin }) => origin)).toEqual(['eu/a', 'eu/b']);
    expect(found).toEqual({
      [EU]: {
        healthy: true,
        origins: [
          {
            'a.example.net': {
              healthy: true,
              failure_reason: 'No failures',
              rtt: '12ms',
              response_code: 200,
            },
          },
          {
            'b.example.net': {
              healthy: false,
              failure_reason: 'tcp_timeout',
              rtt: '5000ms',
              response_code: 0,
            },
          },
        ],
      },
    });
  });

  it('changes fields of its monitor, and null unsets one', async () => {
    const { monitors } = await preview(`pools/${EU}`, { expected_codes: '404', path: null });
    expect(Object.keys(monitors ?? {})).toEqual(['m']);
    expect(monitors?.['m']).toMatchObject({ type: 'https', path: '/', expected_codes: expect.anything() });
    const { monitors: saved } = await preview(`pools/${EU}`);
    expect(saved?.['m']).toMatchObject({ path: '/health' });
  });

  it('probes by all monitors of a group if the body is empty, and by the given one otherwise', async () => {
    const [saved] = (await preview(`pools/${US}`)).orders;
    expect(saved?.config?.monitor_groups?.['g']).toHaveLength(2);
    const [given] = (await preview(`pools/${US}`, { type: 'http' })).orders;
    expect([given?.config?.pools['us']?.monitor, Object.keys(given?.config?.monitors ?? {})]).toEqual([
      'preview',
      ['preview'],
    ]);
  });

  it.each([
    [{ interval: 'x' }, ['/interval']],
    [{ type: 'icmp_ping', timeout: 900 }, ['/timeout', '/type']],
    [{ type: 'tcp' }, ['/port']],
    [{ header: { 'a/b': ['x'] } }, ['/header/a~1b']],
    [[], ['']],
  ])('refuses %j with a pointer to each mistake', async (body, pointers) => {
    const refused = preview(`pools/${idOf('pools', 2)}`, body).catch((error: unknown) => error);
    const { status, mistakes } = (await refused) as {
      status: number;
      mistakes: { code: number; pointer: string }[];
    };
    expect([status, mistakes.map(({ pointer }) => pointer).sort()]).toEqual([400, pointers]);
    expect(mistakes.every(({ code }) => code === 1_002)).toBe(true);
  });

  it('answers 503 if nobody can probe', async () => {
    const asked = call(PREVIEW_ROUTES, `POST ${PREFIX}/pools/${EU}/preview`, {
      body: {},
      history: history(),
    });
    await expect(asked).rejects.toMatchObject({ status: 503 });
  });

  it('refuses to probe more origins than one request can', async () => {
    const origins = Array.from({ length: 201 }, (_, n) => ({ name: `o${n}`, address: `o${n}.example.net` }));
    const asked = call(PREVIEW_ROUTES, `POST ${PREFIX}/pools/${EU}/preview`, {
      body: {},
      history: historyOf({ pools: [{ name: 'p', origins }] }),
      env: previewer().env,
    });
    await expect(asked).rejects.toMatchObject({ status: 400 });
  });
});

describe('a preview of a monitor', () => {
  it('probes the pools that have it, by themselves or in a group', async () => {
    const { pools, monitors } = await preview(`monitors/${idOf('monitors', 0)}`, { path: '/other' });
    expect(pools).toEqual({ [EU]: 'Europe', [US]: 'us' });
    expect([Object.keys(monitors ?? {}), monitors?.['m']]).toMatchObject([['m'], { path: '/other' }]);
  });
});

it('answers 404 to a preview that is not kept', async () => {
  const asked = call(PREVIEW_ROUTES, `GET ${PREFIX}/preview/${'0'.repeat(32)}`);
  await expect(asked).rejects.toMatchObject({ status: 404 });
});
