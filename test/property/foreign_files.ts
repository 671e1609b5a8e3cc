import fc from 'fast-check';

// Files of other load balancers that their importers can mostly read, with values that no operator would write.

const HOSTS = [
  'a.example.net',
  'relay:3000',
  '10.0.0.1',
  '[2001:db8::1]:80',
  '198.51.100.7:99999',
  '0x7f.1',
  'app.example.com',
  '$host',
  'x..y',
  'unix:/run/x.sock',
  '*',
  'é',
];

const host = fc.constantFrom(...HOSTS);
const name = fc.constantFrom('a', 'b', 'a b', '', '__proto__', 'é', 'x'.repeat(80));
const number = fc.constantFrom(-1, 0, 1, 2, 5, 99.5, 300, 70_000, 1e21);
const time = fc.constantFrom('0', '1ms', '5s', '9000s', '90d', 'soon', '-1s', '');
const path = fc.constantFrom('/', '/a', '/a/', '/a b', '/ü', 'a', '', '/a?b#c', '/"');
const pattern = fc.constantFrom('^/a', '(?!a)', '[', '(a|b)$', '\\.php$', '(?<x>a)', '{2}');
const junk = fc.constantFrom<unknown>(null, '', [], {}, -1, true, [null], { a: [{}] });

/** A line made of parts. */
function line(...parts: readonly (string | fc.Arbitrary<string | number>)[]): fc.Arbitrary<string> {
  return fc
    .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
    .map((all) => all.join(''));
}

/** Text that an nginx file can hold as one word. */
const word = (value: fc.Arbitrary<string | number>) => value.map((text) => JSON.stringify(String(text)));

const nginx_statement = fc.oneof(
  line('proxy_pass http://', host, ';'),
  line('proxy_pass "https://', host, '/x";'),
  line('return ', number, ' ', word(path), ';'),
  line('return 301 ', word(fc.oneof(host, path)), ';'),
  line('server_name ', word(fc.oneof(host, name)), ';'),
  line('listen ', fc.constantFrom('80', '443 ssl', '[::]:80', '9000'), ';'),
  line('proxy_read_timeout ', word(time), ';'),
  line('proxy_next_upstream ', fc.constantFrom('off', 'error http_503 non_idempotent', 'x'), ';'),
  line('proxy_next_upstream_tries ', number, ';'),
  line('proxy_set_header Host ', word(fc.oneof(host, fc.constant('$host'))), ';'),
  line(
    'set_real_ip_from ',
    word(fc.constantFrom('203.0.113.0/24', 'x', '10.0.0.0/8')),
    '; real_ip_header X-Forwarded-For;',
  ),
  line(
    'if ($',
    fc.constantFrom('request_method', 'http_a', 'x'),
    ' ~ ',
    word(pattern),
    ') { proxy_pass http://',
    host,
    '; }',
  ),
  line('try_files $uri @a;'),
);
const upstream = line(
  'upstream ',
  word(name),
  ' { ',
  fc.constantFrom('', 'ip_hash;', 'hash $uri consistent;', 'least_conn;', 'random two;', 'sticky cookie a;'),
  fc
    .array(
      line(
        'server ',
        word(host),
        ' weight=',
        number,
        ' max_fails=',
        number,
        ' fail_timeout=',
        time,
        fc.constantFrom(' backup', ' down', ''),
        ' max_conns=',
        number,
        ' slow_start=',
        time,
        ';',
      ),
      { maxLength: 4 },
    )
    .map((lines) => lines.join(' ')),
  ' }',
);

function nginx_block(depth: number): fc.Arbitrary<string> {
  const match = fc.oneof(
    line('location ', word(path)),
    line('location ~ ', word(pattern)),
    line('location = ', word(path)),
    line('location ^~ ', word(path)),
    fc.constant('location @a'),
  );
  const inner =
    depth === 0
      ? nginx_statement
      : fc.oneof(nginx_statement, line(match, ' { ', nginx_block(depth - 1), ' }'));
  return fc.array(inner, { maxLength: 6 }).map((all) => all.join('\n'));
}

const nginx = fc
  .array(
    fc.oneof(
      upstream,
      line('server { ', nginx_block(2), ' }'),
      line('map $http_a $x { default http://', host, '; ~', pattern, ' http://', host, '; }'),
    ),
    { maxLength: 6 },
  )
  .map((all) => `http { ${all.join('\n')} }`);

const haproxy_line = fc.oneof(
  line(
    'server s ',
    host,
    ' check inter ',
    time.map((text) => text || '1'),
    ' fall ',
    number,
    ' rise ',
    number,
    ' weight ',
    number,
    ' maxconn ',
    number,
    ' port ',
    number,
    fc.constantFrom(' backup', ' disabled', ' ssl verify none', ' slowstart 9d', ''),
  ),
  line(
    'balance ',
    fc.constantFrom(
      'roundrobin',
      'leastconn',
      'source',
      'hdr(a b)',
      'hdr(x)',
      'hash req.cook(é)',
      'uri',
      'random(3)',
      'first',
      'x',
    ),
  ),
  line('hash-balance-factor ', number),
  line('timeout ', fc.constantFrom('server', 'connect', 'queue', 'check', 'tunnel'), ' ', time),
  line('retries ', number),
  line('retry-on ', fc.constantFrom('503 junk-response', 'all-retryable-errors', '999', 'none')),
  line('option ', fc.constantFrom('httpchk', 'httpchk GET x', 'httpchk HEAD /a', 'redispatch', 'x')),
  line('http-check expect ', fc.constantFrom('status 200-999', 'status 200,204', 'string x', 'rstatus ^2')),
  line(
    'http-check send meth ',
    fc.constantFrom('GET', 'PUT'),
    ' uri ',
    path.map((text) => text.replace(/["\s#]/g, '')),
    ' hdr a\\ b c',
  ),
  line(
    'cookie ',
    name.map((text) => text.replace(/ /g, '')),
    ' insert',
  ),
  line(
    'acl x ',
    fc.constantFrom(
      'path_beg',
      'path_reg',
      'hdr(host) -i',
      'src',
      'src -f',
      'nbsrv(a) lt',
      'method',
      'url_param(a) -m found',
    ),
    ' ',
    pattern.map((text) => text.replace(/[\\"]/g, '')),
  ),
  line(
    'use_backend ',
    fc.constantFrom('a', 'b', '%[path]'),
    ' ',
    fc.constantFrom('if', 'unless'),
    ' ',
    fc.constantFrom('x', '!x', '{ path /a } or x', '{', 'TRUE', 'y'),
  ),
  line('default_backend ', fc.constantFrom('a', 'b', 'c')),
  line(
    'http-request ',
    fc.constantFrom(
      'deny deny_status',
      'return status',
      'redirect location x code',
      'redirect prefix /x code',
    ),
    ' ',
    number,
    ' if x',
  ),
  line(
    'monitor-uri ',
    path.map((text) => text.replace(/["#]/g, '')),
  ),
  line(
    'default-server inter ',
    time.map((text) => text || '1'),
    ' weight ',
    number,
  ),
);
const haproxy = fc
  .array(
    line(
      fc.constantFrom('frontend f', 'backend a', 'backend b', 'listen c', 'defaults'),
      '\n mode http\n ',
      fc.array(haproxy_line, { maxLength: 8 }).map((all) => all.join('\n ')),
    ),
    { maxLength: 6 },
  )
  .map((all) => all.join('\n'));

/** An object with some of these fields, and now and then a value that does not belong there. */
function some(fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<unknown> {
  const all = Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      fc.oneof({ arbitrary: value, weight: 20 }, { arbitrary: junk, weight: 1 }),
    ]),
  );
  return fc.record(all, { requiredKeys: [] });
}
const many = (value: fc.Arbitrary<unknown>) => fc.array(value, { maxLength: 3 });
const named = (value: fc.Arbitrary<unknown>) =>
  fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__'), value, { maxKeys: 3 });

const rule = fc.constantFrom(
  'Host(`app.example.com`)',
  'Host(`a.example.net`) && Path(`/a`)',
  'PathRegexp(`(?!a)`)',
  'Host(`*`)',
  '!Method(`x`) || ClientIP(`x`)',
  'Host(',
  '',
);
const service_name = fc.constantFrom('a', 'b', 'c', 'a@file', 'x@docker');
const traefik = some({
  http: some({
    routers: named(
      some({
        rule,
        service: service_name,
        priority: number,
        middlewares: many(fc.constantFrom('a', 'b')),
        entryPoints: many(name),
      }),
    ),
    services: named(
      fc.oneof(
        some({
          loadBalancer: some({
            servers: many(
              some({
                url: fc.oneof(
                  host.map((text) => `http://${text}`),
                  host.map((text) => `https://${text}/x`),
                ),
                weight: number,
              }),
            ),
            healthCheck: some({
              path,
              interval: time,
              timeout: time,
              port: number,
              status: number,
              method: name,
              hostname: name,
              scheme: name,
            }),
            sticky: some({
              cookie: some({
                maxAge: number,
                sameSite: fc.constantFrom('none', 'lax', 'x'),
                secure: fc.boolean(),
              }),
            }),
            passHostHeader: fc.boolean(),
            strategy: fc.constantFrom('wrr', 'p2c', 'hrw', 'leasttime', 'x'),
          }),
        }),
        some({ weighted: some({ services: many(some({ name: service_name, weight: number })) }) }),
        some({ failover: some({ service: service_name, fallback: service_name }) }),
        some({
          mirroring: some({
            service: service_name,
            mirrors: many(some({ name: service_name, percent: number })),
          }),
        }),
      ),
    ),
    middlewares: named(
      fc.oneof(
        some({ retry: some({ attempts: number }) }),
        some({ chain: some({ middlewares: many(fc.constantFrom('a', 'b')) }) }),
      ),
    ),
  }),
}).map((value) => JSON.stringify(value));

const cluster_name = fc.constantFrom('a', 'b', 'c', 'é', '');
const match = some({
  prefix: path,
  path,
  safe_regex: some({ regex: pattern }),
  headers: many(some({ name, string_match: some({ exact: name, safe_regex: some({ regex: pattern }) }) })),
  query_parameters: many(some({ name })),
});
const action = some({
  cluster: cluster_name,
  weighted_clusters: some({ clusters: many(some({ name: cluster_name, weight: number })) }),
  timeout: time,
  retry_policy: some({
    retry_on: fc.constantFrom('5xx', 'retriable-status-codes', 'x'),
    num_retries: number,
    retriable_status_codes: many(number),
    per_try_timeout: time,
  }),
  hash_policy: many(
    fc.oneof(
      some({ cookie: some({ name }) }),
      some({ header: some({ header_name: name }) }),
      some({ connection_properties: some({ source_ip: fc.boolean() }) }),
    ),
  ),
  request_mirror_policies: many(
    some({
      cluster: cluster_name,
      runtime_fraction: some({ default_value: some({ numerator: number, denominator: name }) }),
    }),
  ),
});
const envoy = some({
  static_resources: some({
    clusters: many(
      some({
        name: cluster_name,
        lb_policy: fc.constantFrom('MAGLEV', 'RING_HASH', 'LEAST_REQUEST', 'random', 'x'),
        maglev_lb_config: some({ table_size: number }),
        least_request_lb_config: some({ choice_count: number }),
        common_lb_config: some({
          healthy_panic_threshold: some({ value: number }),
          locality_weighted_lb_config: some({}),
        }),
        load_assignment: some({
          endpoints: many(
            some({
              priority: fc.constantFrom(0, 1),
              load_balancing_weight: number,
              lb_endpoints: many(
                some({
                  endpoint: some({
                    address: some({ socket_address: some({ address: host, port_value: number }) }),
                  }),
                  load_balancing_weight: number,
                }),
              ),
            }),
          ),
        }),
        health_checks: many(
          some({
            interval: time,
            timeout: time,
            unhealthy_threshold: number,
            alt_port: number,
            tcp_health_check: some({}),
            http_health_check: some({
              path,
              host,
              expected_statuses: many(some({ start: number, end: number })),
            }),
          }),
        ),
        outlier_detection: some({
          consecutive_5xx: number,
          base_ejection_time: time,
          max_ejection_time: time,
          interval: time,
          max_ejection_percent: number,
        }),
        circuit_breakers: some({ thresholds: many(some({ max_requests: number })) }),
        round_robin_lb_config: some({ slow_start_config: some({ slow_start_window: time }) }),
      }),
    ),
    listeners: many(
      some({
        filter_chains: many(
          some({
            filters: many(
              some({
                typed_config: some({
                  route_config: some({
                    virtual_hosts: many(
                      some({
                        domains: many(fc.oneof(host, name)),
                        routes: many(
                          some({
                            match,
                            route: action,
                            direct_response: some({ status: number, body: some({ inline_string: name }) }),
                          }),
                        ),
                      }),
                    ),
                  }),
                }),
              }),
            ),
          }),
        ),
      }),
    ),
  }),
}).map((value) => JSON.stringify(value));

const id = fc.constantFrom('1', '2', '3');
const origin = some({
  name,
  address: host,
  weight: number,
  port: number,
  header: some({ Host: many(host) }),
  enabled: fc.boolean(),
});
const pool = some({
  id,
  name,
  origins: many(origin),
  monitor: id,
  latitude: number,
  check_regions: many(fc.constantFrom('WEU', 'CHINA')),
  origin_steering: some({ policy: name }),
  load_shedding: some({ default_percent: number }),
});
const balancer = some({
  id,
  name: host,
  default_pools: many(id),
  fallback_pool: id,
  region_pools: named(many(id)),
  steering_policy: fc.constantFrom('geo', 'random', 'proximity', 'x', ''),
  session_affinity: fc.constantFrom('cookie', 'header', 'x'),
  session_affinity_ttl: number,
  rules: many(
    some({
      name,
      condition: fc.constantFrom('true', 'x', '(', ''),
      overrides: some({ default_pools: many(id), pools: many(id) }),
      fixed_response: some({ status_code: number, message_body: name, location: name }),
    }),
  ),
  pool_sets: many(
    some({
      name,
      match: some({ topology: some({ countries: many(fc.constantFrom('DE', 'x')) }) }),
      overrides: some({ pools: many(id) }),
    }),
  ),
});
const monitor = some({
  id,
  type: fc.constantFrom('http', 'https', 'tcp', 'icmp_ping'),
  port: number,
  interval: number,
  timeout: number,
  path,
  expected_codes: fc.constantFrom('2xx', '', '999', '200,x'),
});
const cloudflare = some({ load_balancers: many(balancer), pools: many(pool), monitors: many(monitor) }).map(
  (value) => JSON.stringify(value),
);

/** A text for each importer. */
export const FOREIGN_FILES = { nginx, haproxy, traefik, envoy, cloudflare } as const;
