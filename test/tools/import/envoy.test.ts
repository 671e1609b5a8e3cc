import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { importEnvoy } from '../../../tools/import/envoy/import.ts';
import { configOf, countLeaves, errorsOf, fates, fixture, UNMAPPED } from './fixture.ts';

const imported = (text: string) => importEnvoy('envoy.yaml', text, UNMAPPED);
const shop = () => imported(fixture('shop.envoy.yaml'));

/** A cluster `c` with these fields, and one route to it. */
function withCluster(fields: object, route: object = {}, match: object = { prefix: '/' }) {
  const endpoint = {
    endpoint: { address: { socket_address: { address: 'c.example.net', port_value: 80 } } },
  };
  const cluster = { name: 'c', load_assignment: { endpoints: [{ lb_endpoints: [endpoint] }] }, ...fields };
  const routes = [{ match, route: { cluster: 'c', ...route } }];
  const route_config = { virtual_hosts: [{ name: 'v', domains: ['a.example.com'], routes }] };
  const filters = [{ name: 'http', typed_config: { route_config } }];
  const bootstrap = {
    static_resources: { clusters: [cluster], listeners: [{ filter_chains: [{ filters }] }] },
  };
  return configOf(imported(JSON.stringify(bootstrap)));
}
const steering = (fields: object, route: object = {}) =>
  withCluster(fields, route).pools?.[0]?.origin_steering;
const source_ip = { hash_policy: [{ connection_properties: { source_ip: true } }] };

describe('importEnvoy', () => {
  it('writes a configuration without errors', () => {
    expect(errorsOf(shop())).toEqual([]);
  });

  it('reports every value of the file', () => {
    expect(shop().entries).toHaveLength(countLeaves(parse(fixture('shop.envoy.yaml'))));
  });

  it('knows every value of the fixture', () => {
    expect(shop().entries.filter(({ note }) => note === 'this importer does not know it')).toEqual([]);
  });

  it.each([
    [{}, {}, { policy: 'smooth_weighted_round_robin' }],
    [{ lb_policy: 'round_robin' }, {}, { policy: 'smooth_weighted_round_robin' }],
    [{ lb_policy: 'LEAST_REQUEST' }, {}, { policy: 'weighted_least_request' }],
    [{ lb_policy: 'RANDOM' }, {}, { policy: 'random' }],
    [{ lb_policy: 'MAGLEV' }, source_ip, { policy: 'maglev', options: { key: ['client_address'] } }],
    [
      { lb_policy: 'RING_HASH' },
      { hash_policy: [{ header: { header_name: 'x-user' } }] },
      { policy: 'hash', options: { key: ['header:x-user'] } },
    ],
    [{ lb_policy: 'RING_HASH' }, {}, { policy: 'random' }],
  ])('%j with the route %j has the policy %j', (cluster, route, policy) => {
    expect(steering(cluster, route)).toEqual(policy);
  });

  it("sets Envoy's defaults, which differ from Plimsoll's", () => {
    const check = {
      interval: '9s',
      timeout: '1s',
      unhealthy_threshold: 3,
      healthy_threshold: 2,
      http_health_check: { path: '/' },
    };
    const { load_balancers, pools } = withCluster({ health_checks: [check] });
    expect(load_balancers?.[0]).toMatchObject({ timeouts: { total_ms: 15_000 }, retry: { attempts: 1 } });
    expect(pools?.[0]).toMatchObject({ outlier_detection: { enabled: false }, panic_threshold_percent: 50 });
  });

  it('makes a pool for each priority, which spill over as in Envoy', () => {
    const found = configOf(shop()).load_balancers?.find(({ name }) => name === '*');
    expect(found).toMatchObject({ default_pools: ['zones', 'zones-1'], steering_policy: 'priority' });
  });

  it('shares traffic by the weights of localities where the cluster says so', () => {
    const zones = configOf(shop()).pools?.find(({ name }) => name === 'zones');
    // Three parts for the two hosts of the first zone, one for that of the second.
    expect(zones?.origins.map(({ weight }) => weight)).toEqual([0.15, 0.15, 0.1]);
  });

  it('keeps the order of routes, and says which are never reached', () => {
    const report = shop();
    const [first] = configOf(report).load_balancers ?? [];
    expect(first?.rules?.map(({ condition }) => condition)).toEqual([
      '(starts_with(http.request.uri.path, "/api/")) and (http.request.method eq "POST")',
      'http.request.uri.path eq "/alive"',
      'http.request.uri.path matches "^(?:/img/.*\\\\.png)$"',
    ]);
    const late = report.entries.filter(({ note }) => note === 'an earlier route matches every request');
    expect(late.map(({ text }) => text.replace(/^.*routes/, ''))).toEqual([
      '[6].match.prefix: "/late"',
      '[6].route.cluster: "api"',
    ]);
  });

  it.each([
    [{ path: '/a' }, 'http.request.uri.path eq "/a"'],
    [
      { path_separated_prefix: '/a' },
      '(http.request.uri.path eq "/a") or (starts_with(http.request.uri.path, "/a/"))',
    ],
    [{ prefix: '/A', case_sensitive: false }, 'starts_with(lower(http.request.uri.path), "/a")'],
    [
      { prefix: '/', headers: [{ name: 'x-a', present_match: true }] },
      'http.request.headers["x-a"][0] ne ""',
    ],
    [
      { prefix: '/', query_parameters: [{ name: 'q', string_match: { prefix: 'b' } }] },
      'starts_with(http.request.uri.args["q"][0], "b")',
    ],
  ])('the match %j is the condition %s', (match, condition) => {
    expect(withCluster({}, {}, match).load_balancers?.[0]?.rules?.[0]?.condition).toBe(condition);
  });

  it('does not take a TCP proxy', () => {
    expect(fates(shop(), 'static_resources.listeners[1].filter_chains')).toEqual([
      '71 none static_resources.listeners[1].filter_chains[0].filters[0].name: "envoy.filters.network.tcp_proxy"',
      '73 none static_resources.listeners[1].filter_chains[0].filters[0].typed_config.cluster: "db"',
    ]);
  });
});
