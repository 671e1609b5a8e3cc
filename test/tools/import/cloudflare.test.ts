import { describe, expect, it } from 'vitest';
import { fetchAccount } from '../../../tools/cli/import/fetch_account.ts';
import { importCloudflare } from '../../../tools/import/cloudflare/import.ts';
import { reportText } from '../../../tools/import/report/print.ts';
import { configOf, countLeaves, errorsOf, fates, fixture, UNMAPPED } from './fixture.ts';

const FIXTURES = ['account.cloudflare.json', 'v4.tfstate.json', 'v5.tfstate.json'];
const read = (name: string) => importCloudflare(name, fixture(name), UNMAPPED);
const imported = (config: object) => importCloudflare('a.json', JSON.stringify(config, null, 1), UNMAPPED);

describe('importCloudflare', () => {
  it.each(FIXTURES)('writes a configuration without errors from %s', (name) => {
    expect(errorsOf(read(name))).toEqual([]);
  });

  it.each(FIXTURES)('reports every value of %s', (name) => {
    expect(read(name).entries).toHaveLength(countLeaves(JSON.parse(fixture(name))));
  });

  it('replaces ids by names that a person can read, in references too', () => {
    const { load_balancers, pools, monitors } = configOf(read('account.cloudflare.json'));
    expect(load_balancers?.[0]).toMatchObject({
      default_pools: ['eu', 'us'],
      fallback_pool: 'us',
      region_pools: { WEU: ['eu'] },
      rules: [{ overrides: { default_pools: ['us'] } }, { name: 'gone' }],
    });
    expect(pools?.map(({ name, monitor }) => [name, monitor])).toEqual([
      ['eu', 'login-page'],
      ['us', undefined],
    ]);
    expect(monitors?.map(({ id }) => id)).toEqual(['login-page']);
  });

  it('drops a rule whose condition it cannot read, because without it the rule would apply to every request', () => {
    const names = configOf(read('account.cloudflare.json')).load_balancers?.[0]?.rules?.map(
      ({ name }) => name,
    );
    expect(names).toEqual(['images', 'gone']);
  });

  it('drops a monitor that a Worker cannot be, and the references to it', () => {
    const report = read('account.cloudflare.json');
    expect(fates(report, 'monitors[1].type')).toEqual(['103 none monitors[1].type: "icmp_ping"']);
    expect(fates(report, 'pools.result[1].monitor')[0]).toMatch(/^82 none/);
  });

  it('says which values have no effect here', () => {
    const some = read('account.cloudflare.json').entries.filter(({ note }) =>
      note.startsWith('no effect here'),
    );
    expect(some.map(({ text }) => text.replace(/^.*\.(\w+): .*$/, '$1'))).toEqual([
      'mode',
      'prefer_ecs',
      '11111111111111111111111111111111',
      'notification_email',
      'virtual_network_id',
      'allow_insecure',
    ]);
  });

  it('lists the DNS record of an origin that is a bare address', () => {
    expect(read('account.cloudflare.json').hosts.records).toEqual(['203-0-113-5  A  203.0.113.5']);
  });

  it('reads the blocks and names of version 4 of the Terraform provider', () => {
    const { load_balancers, pools } = configOf(read('v4.tfstate.json'));
    expect(load_balancers?.[0]).toMatchObject({
      default_pools: ['app', 'spare'],
      fallback_pool: 'spare',
      region_pools: { WEU: ['spare'] },
      adaptive_routing: { failover_across_pools: true },
      rules: [{ fixed_response: { status_code: 410 } }],
    });
    expect(pools?.[0]).toMatchObject({
      origin_steering: { policy: 'hash' },
      load_shedding: { default_percent: 10 },
      origins: [{ header: { Host: ['shop.example.com'] } }],
    });
  });

  it.each(FIXTURES)('prints no secret of %s in the report', (name) => {
    expect(reportText(read(name))).not.toContain('not-for-the-report');
  });

  it('keeps an account whose pools are all switched off', () => {
    const report = imported({
      load_balancers: [{ name: 'a.example.com', default_pools: ['1'], fallback_pool: '1' }],
      pools: [{ id: '1', name: 'p', enabled: false, origins: [{ name: 'o', address: 'o.example.net' }] }],
    });
    expect(configOf(report).load_balancers).toHaveLength(1);
  });

  it.each([
    ['{', 'a.json:1: is not valid JSON'],
    ['{}', 'a.json holds no load balancers, pools or monitors'],
    [
      '{"pools": {"success": false, "errors": [{"code": 9109, "message": "no"}], "result": null}}',
      'is an error: 9109 no',
    ],
  ])('refuses %s', (text, message) => {
    expect(() => importCloudflare('a.json', text, UNMAPPED)).toThrow(message);
  });
});

describe('fetchAccount', () => {
  const access = { base_url: 'https://api.test', token: 'secret', account: 'acc' };
  const answer = (result: unknown, status = 200) =>
    Response.json({ success: status === 200, result, errors: [] }, { status });

  it('reads the lists of the account, and the load balancers of each of its zones, page by page', async () => {
    const asked: string[] = [];
    const send = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
      const url = String(input).replace(access.base_url, '');
      asked.push(url);
      expect(new Headers(init?.headers).get('authorization')).toBe('Bearer secret');
      if (url.endsWith('page=1')) return answer(Array.from({ length: 50 }, (_, n) => ({ id: `z${n}` })));
      if (url.endsWith('page=2')) return answer([{ id: 'last' }]);
      if (url === '/zones/last/load_balancers') return answer([{ name: 'a.example.com' }]);
      return url.endsWith('monitor_groups') ? answer(null, 404) : answer([]);
    };
    expect(JSON.parse(await fetchAccount(access, send))).toEqual({
      load_balancers: [{ name: 'a.example.com' }],
      pools: [],
      monitors: [],
      monitor_groups: [],
    });
    expect(asked.filter((url) => url.startsWith('/zones?'))).toHaveLength(2);
  });

  it('says what the token must be allowed, and does not repeat it', async () => {
    const send = async () =>
      Response.json({ success: false, errors: [{ message: 'Authentication error' }] }, { status: 403 });
    const failed = fetchAccount(access, send);
    await expect(failed).rejects.toThrow(
      '403 Authentication error; give CLOUDFLARE_API_TOKEN the permissions Load Balancers Read',
    );
    await expect(failed).rejects.not.toThrow('secret');
  });
});
