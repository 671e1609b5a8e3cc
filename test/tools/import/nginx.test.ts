import { describe, expect, it } from 'vitest';
import { importNginx } from '../../../tools/import/nginx/import.ts';
import type { ReadIncluded } from '../../../tools/import/nginx/include.ts';
import { hostMap } from '../../../tools/import/parts/host_map.ts';
import { configOf, errorsOf, fates, fixture, UNMAPPED, wordsOf } from './fixture.ts';

const read: ReadIncluded = (pattern) =>
  pattern === 'parts/*.conf' ? [{ file: 'parts/api.conf', text: fixture('nginx/parts/api.conf') }] : [];
const none: ReadIncluded = () => [];

const shop = () => importNginx('shop.nginx.conf', fixture('nginx/shop.nginx.conf'), { ...UNMAPPED, read });
const imported = (text: string, map: string[] = []) =>
  importNginx('nginx.conf', text, { map: hostMap(map), read: none });
/** The load balancers of one server. */
const served = (server: string) =>
  configOf(imported(`upstream app { server app.example.net; } server { ${server} }`)).load_balancers;
const steering = (upstream: string) =>
  configOf(imported(`upstream app { ${upstream} } server { location / { proxy_pass http://app; } }`))
    .pools?.[0]?.origin_steering;

describe('importNginx', () => {
  it('writes a configuration without errors', () => {
    expect(errorsOf(shop())).toEqual([]);
  });

  it('reports every word of the file and of its includes, in their order', () => {
    const source = fixture('nginx/shop.nginx.conf')
      .replace('include parts/*.conf;', `include parts/*.conf;\n${fixture('nginx/parts/api.conf')}`)
      .replace(/(^|\s)#.*$/gm, '$1')
      .replaceAll('{{ resolver_address }}', '<template>')
      .replace(/ [{]|[;}]/g, ' ')
      .replaceAll('<template>', '{{ resolver_address }}')
      .replace(/"([^"]*)"|'([^']*)'/g, '$1$2');
    const words = (text: string) => text.split(/\s+/).filter((word) => word !== '');
    // A pattern of the fixture has a semicolon nowhere, and quotes only around whole words.
    expect(words(wordsOf(shop()).replaceAll('"', ''))).toEqual(words(source.replaceAll('"', '')));
  });

  it('gives every directive of the fixture a class and a reason to find it there', () => {
    const unknown = shop().entries.filter(({ note }) => note === 'this importer does not know it');
    expect(unknown).toEqual([]);
  });

  it('names the line of each directive', () => {
    const lines = fixture('nginx/shop.nginx.conf').split('\n');
    for (const { file, line, text } of shop().entries)
      if (file === 'shop.nginx.conf') expect(lines[line - 1]).toContain(text.split(' ')[0]);
  });

  it('keeps a directive after a comment that has no space', () => {
    expect(fates(imported('user a; #b\ngzip on;'), 'gzip')).toEqual(['2 platform gzip on']);
  });
});

describe('a location', () => {
  it('with a prefix and a pool is a load balancer at that path', () => {
    const found = served('location /a/ { proxy_pass http://app; } location / { proxy_pass http://app; }');
    expect(found?.map(({ path }) => path)).toEqual(['/a', '/']);
  });

  it('keeps the precedence of nginx: exact, ^~, patterns in their order, longest prefix', () => {
    const found = served(`
      location / { proxy_pass http://app; }
      location ~ second { return 202; }
      location ^~ /plain/ { proxy_pass http://app; }
      location /return/long { return 204; }
      location /return { return 203; }
      location ~ third { return 205; }
      location = /first { return 201 x; }
      location ^~ /early { return 206; }`);
    const root = found?.find(({ path }) => path === '/');
    expect(root?.rules?.map(({ name }) => name)).toEqual([
      'location = /first',
      'location ^~ /early',
      'location ~ second',
      'location ~ third',
      'location /return/long',
      'location /return',
    ]);
    expect(found?.find(({ path }) => path === '/plain')?.rules).toBeUndefined();
  });

  it('without a prefix of its own gets a load balancer that answers other paths with 404', () => {
    const [only] = served('location ~ ^/api { proxy_pass http://app; }') ?? [];
    expect(only?.path).toBe('/');
    expect(only?.rules?.at(-1)?.fixed_response?.status_code).toBe(404);
  });

  it('that redirects to https is left to the platform', () => {
    const report = imported('server { listen 80; location / { return 301 https://$host$request_uri; } }');
    expect(fates(report, 'return')).toEqual(['1 platform return 301 https://$host$request_uri']);
    expect(configOf(report).load_balancers).toEqual([]);
  });

  it('that proxies to a host without an upstream makes a pool of one', () => {
    const report = imported('server { location / { proxy_pass https://one.example.net:8443; } }');
    expect(configOf(report).pools?.map(({ origins }) => origins)).toEqual([
      [{ name: 'one.example.net:8443', address: 'one.example.net', port: 8443, scheme: 'https' }],
    ]);
  });

  it.each([
    ['$request_method = POST', 'http.request.method eq "POST"'],
    ['$http_accept ~ "^application/"', 'http.request.headers["accept"][0] matches "^application/"'],
    ['$arg_beta', 'http.request.uri.args["beta"][0] ne ""'],
    ['$uri !~* \\.php$', 'not (http.request.uri.path matches "(?i)\\\\.php$")'],
  ])('with if (%s) has a rule', (test, condition) => {
    const [only] =
      served(
        `location / { set $to http://app; if (${test}) { set $to http://b.example.net; } proxy_pass $to; }`,
      ) ?? [];
    expect(only?.rules?.map((rule) => rule.condition)).toEqual([condition]);
  });
});

describe('an upstream', () => {
  it.each([
    ['server a.example.net;', { policy: 'smooth_weighted_round_robin' }],
    ['least_conn; server a.example.net;', { policy: 'least_connections' }],
    ['ip_hash; server a.example.net;', { policy: 'hash', options: { key: ['client_address'] } }],
    ['random two least_conn; server a.example.net;', { policy: 'least_outstanding_requests' }],
    ['hash $cookie_user; server a.example.net;', { policy: 'hash', options: { key: ['cookie:user'] } }],
    [
      'hash $arg_id consistent; server a.example.net weight=5; server b.example.net;',
      { policy: 'ketama', options: { key: ['query:id'], weight_scale: 10 } },
    ],
  ])('%s has the policy %j', (upstream, policy) => {
    expect(steering(upstream)).toEqual(policy);
  });

  it("sets nginx's defaults, which differ from Plimsoll's", () => {
    const report = imported(
      'upstream app { server a.example.net; server b.example.net; } server { location / { proxy_pass http://app; } }',
    );
    const { load_balancers, pools } = configOf(report);
    expect(pools?.[0]?.outlier_detection).toEqual({
      consecutive_failures: 1,
      base_ejection_s: 10,
      max_ejection_s: 10,
      max_ejection_percent: 100,
    });
    expect(load_balancers?.[0]).toMatchObject({
      retry: { attempts: 2, on: ['connect_failure', 'reset', 'timeout'] },
      timeouts: { first_byte_ms: 60_000, idle_ms: 60_000 },
    });
    expect(report.text).toContain('// nginx: max_fails=1 fail_timeout=10s unless set.');
  });

  it('with backup servers is two pools in failover order', () => {
    const { load_balancers } = configOf(
      imported(
        'upstream app { server a.example.net; server b.example.net backup; } server { location / { proxy_pass http://app; } }',
      ),
    );
    expect(load_balancers?.[0]).toMatchObject({
      default_pools: ['app', 'app-backup'],
      adaptive_routing: { failover_across_pools: true },
    });
  });

  it('says that keys move if its servers get other names, and that they stay if not', () => {
    const hash = (host: string) =>
      fates(
        imported(
          `upstream app { hash $uri consistent; server ${host}; } server { location / { proxy_pass http://app; } }`,
        ),
        'hash',
      );
    expect(hash('a.example.net')).toEqual(['1 taken hash $uri consistent']);
    expect(hash('relay:3000')).toEqual(['1 approximated hash $uri consistent']);
  });
});

describe('a server', () => {
  it('on port 80 with the host of one with TLS is not imported twice', () => {
    const locations = 'server_name a.example.com; location / { proxy_pass http://x.example.net; }';
    const report = imported(`server { listen 80; ${locations} } server { listen 443 ssl; ${locations} }`);
    expect(configOf(report).load_balancers?.map(({ name }) => name)).toEqual(['a.example.com']);
  });

  it('with the host of another one gets a placeholder, which the report lists', () => {
    const server = (port: number) =>
      `server { listen ${port}; location / { proxy_pass http://x.example.net:${port}; } }`;
    const report = imported(server(9000) + server(9001));
    expect(report.unnamed).toEqual(['port-9001.invalid']);
    expect(errorsOf(report)).toEqual([]);
  });
});

describe('a host that no Worker can reach', () => {
  const relay = 'server { location / { proxy_pass http://relay:3000; } }';

  it('becomes a placeholder that never resolves, and is listed with its DNS record', () => {
    const report = imported(relay);
    expect(configOf(report).pools?.[0]?.origins[0]).toMatchObject({ address: 'relay.invalid', port: 3000 });
    expect(report.hosts.unreachable.map(({ source }) => source)).toEqual(['relay:3000']);
    expect(report.hosts.records).toEqual([
      'relay  CNAME  TUNNEL.cfargotunnel.com  (a Cloudflare Tunnel that reaches relay:3000)',
    ]);
  });

  it('has an A record if it is a public address', () => {
    expect(imported(relay.replace('relay:3000', '198.51.100.7')).hosts.records).toEqual([
      '198-51-100-7  A  198.51.100.7',
    ]);
  });

  it.each([
    ['relay=relay.example.com', { address: 'relay.example.com', port: 3000, scheme: 'http' }],
    ['relay:3000=relay.example.com:8080', { address: 'relay.example.com', port: 8080, scheme: 'http' }],
    ['relay:3000=relay.example.com:443', { address: 'relay.example.com', scheme: 'https' }],
  ])('is named by --map %s', (map, origin) => {
    const report = imported(relay, [map]);
    expect(configOf(report).pools?.[0]?.origins).toEqual([{ name: 'relay:3000', ...origin }]);
    expect(report.hosts.unreachable).toEqual([]);
  });
});

describe('a file that is not valid', () => {
  it.each([
    ['server {', 'nginx.conf:1: the block server is not closed; add a "}"'],
    ['\n}', 'nginx.conf:2: this "}" closes nothing; remove it'],
    ['user', 'nginx.conf:1: user does not end with ";"'],
    ['user "a', 'nginx.conf:1: the quote is not closed; close it and import again'],
  ])('%j is refused with its line', (text, message) => {
    expect(() => imported(text)).toThrow(message);
  });
});
