import { describe, expect, it } from 'vitest';
import { REFERENCE_ROUTES } from '../../../../../workers/console/routes/cloudflare/references.ts';
import { SEARCH_ROUTES } from '../../../../../workers/console/routes/cloudflare/search.ts';
import { ACCOUNT, call, historyOf, idOf } from './call.ts';

const PREFIX = `/client/v4/accounts/${ACCOUNT}/load_balancers`;

const history = historyOf({
  load_balancers: [
    { name: 'app.example.com', default_pools: ['eu', 'eu'], fallback_pool: 'us' },
    { name: 'shop.example.com', default_pools: ['us'], mirror: { pool: 'Europe', percent: 1 } },
  ],
  pools: [
    { id: 'eu', name: 'Europe', monitor: 'm', origins: [{ name: 'a', address: 'eu-1.example.net' }] },
    { name: 'us', monitor_group: 'g', origins: [{ name: 'b', address: 'us-1.example.net' }] },
  ],
  monitors: [{ id: 'm', description: 'Login page' }, { id: 'n' }],
  monitor_groups: [{ id: 'g', members: [{ monitor_id: 'm' }] }],
});

const short = (result: unknown) =>
  (result as { reference_type: string; resource_name: string; resource_type: string }[]).map(
    ({ reference_type, resource_type, resource_name }) =>
      `${reference_type} ${resource_type} ${resource_name}`,
  );

describe('references', () => {
  it.each([
    [
      `pools/${idOf('pools', 0)}`,
      [
        'referrer load_balancer app.example.com',
        'referrer load_balancer shop.example.com',
        'referral monitor Login page',
      ],
    ],
    [`monitors/${idOf('monitors', 0)}`, ['referrer pool Europe', 'referrer monitor_group g']],
    [`monitors/${idOf('monitors', 1)}`, []],
    [`monitor_groups/${idOf('monitor_groups', 0)}`, ['referrer pool us', 'referral monitor Login page']],
  ])('of %s are each object once', async (path, expected) => {
    const { result } = await call(REFERENCE_ROUTES, `GET ${PREFIX}/${path}/references`, { history });
    expect(short(result)).toEqual(expected);
  });

  it('name objects by the ids of the API', async () => {
    const path = `${PREFIX}/monitors/${idOf('monitors', 0)}/references`;
    const { result } = await call(REFERENCE_ROUTES, `GET ${path}`, { history });
    expect(result).toContainEqual(expect.objectContaining({ resource_id: idOf('pools', 0) }));
  });

  it('of an object that does not exist are answered with 404', async () => {
    const path = `${PREFIX}/pools/${idOf('pools', 7)}/references`;
    await expect(call(REFERENCE_ROUTES, `GET ${path}`, { history })).rejects.toMatchObject({ status: 404 });
  });
});

describe('search', () => {
  const search = async (query: string) => {
    const { result, result_info } = await call(SEARCH_ROUTES, `GET ${PREFIX}/search?${query}`, { history });
    const { resources } = result as { resources: { resource_name: string; references: unknown[] }[] };
    return { resources, names: resources.map(({ resource_name }) => resource_name), result_info };
  };

  it.each([
    ['query=EXAMPLE.COM', ['app.example.com', 'shop.example.com']],
    ['query=eu-1.', ['Europe']],
    ['query=login', ['Login page']],
    [`query=${idOf('monitors', 1)}`, ['n']],
    ['query=nothing', []],
    ['', ['app.example.com', 'shop.example.com', 'Europe', 'us', 'Login page', 'n', 'g']],
  ])('finds by %s', async (query, expected) => {
    expect((await search(query)).names).toEqual(expected);
  });

  it.each([
    ['', []],
    ['referrer', ['referrer load_balancer app.example.com', 'referrer load_balancer shop.example.com']],
    ['referral', ['referral monitor_group g']],
  ])('adds the references asked for: "%s"', async (references, expected) => {
    const [found] = (await search(`query=us-1.&references=${references}`)).resources;
    expect(short(found?.references)).toEqual(expected);
  });

  it('answers by pages, and an empty one after the last', async () => {
    const pages = await Promise.all([1, 2, 3, 4].map((page) => search(`per_page=3&page=${page}`)));
    expect(pages.map(({ names }) => names.length)).toEqual([3, 3, 1, 0]);
    expect(pages[1]?.result_info).toEqual({
      page: 2,
      per_page: 3,
      count: 3,
      total_count: 7,
      total_pages: 3,
    });
  });
});
