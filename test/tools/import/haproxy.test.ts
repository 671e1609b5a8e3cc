import { describe, expect, it } from 'vitest';
import { importHaproxy } from '../../../tools/import/haproxy/import.ts';
import { configOf, errorsOf, fates, fixture, UNMAPPED, wordsOf } from './fixture.ts';

const imported = (text: string) => importHaproxy('haproxy.cfg', text, UNMAPPED);
const shop = () => imported(fixture('shop.haproxy.cfg'));
/** The pool of a backend with these lines. */
const backend = (...lines: string[]) =>
  configOf(imported(['backend b', 'mode http', 'server a a.example.net:80 check', ...lines].join('\n')));
const frontend = (...lines: string[]) =>
  configOf(
    imported(
      [
        'defaults',
        'mode http',
        'backend b',
        'server a a.example.net:80',
        'backend c',
        'server c c.example.net',
        'frontend f',
        ...lines,
        'default_backend b',
      ].join('\n'),
    ),
  ).load_balancers?.[0];

describe('importHaproxy', () => {
  it('writes a configuration without errors', () => {
    expect(errorsOf(shop())).toEqual([]);
  });

  it('reports every word of the file, in their order', () => {
    const source = fixture('shop.haproxy.cfg').replace(/#.*$/gm, '').replace(/["']/g, '');
    const words = (text: string) => text.split(/\s+/).filter((word) => word !== '');
    expect(words(wordsOf(shop()).replaceAll('"', ''))).toEqual(words(source));
  });

  it('knows every directive of the fixture', () => {
    expect(shop().entries.filter(({ note }) => note === 'this importer does not know it')).toEqual([]);
  });

  it('reports a section in mode tcp as a whole', () => {
    const report = imported('listen db\nmode tcp\nbind :5432\nserver a db.example.net:5432 check');
    expect(report.entries.map(({ fate }) => fate)).toEqual(Array(5).fill('none'));
    expect(configOf(report).pools).toBeUndefined();
  });

  it('takes mode tcp where the file states none, as HAProxy does', () => {
    expect(configOf(imported('listen db\nserver a db.example.net:5432')).pools).toBeUndefined();
  });

  it("sets HAProxy's defaults, which differ from Plimsoll's", () => {
    const { pools, monitors } = backend();
    expect(pools?.[0]).toMatchObject({
      origin_steering: { policy: 'smooth_weighted_round_robin' },
      outlier_detection: { enabled: false },
    });
    expect(monitors?.[0]).toMatchObject({
      type: 'tcp',
      port: 80,
      interval: 5,
      timeout: 2,
      retries: 0,
      consecutive_down: 3,
      consecutive_up: 2,
    });
    expect(frontend()?.retry).toEqual({ attempts: 4, on: ['connect_failure'] });
  });

  it('reads options of default-server unless the server has its own', () => {
    const { monitors, pools } = configOf(
      imported(
        'backend b\nmode http\ndefault-server fall 5 rise 4 weight 20\nserver a a.example.net:80 check fall 7\nserver b b.example.net:80 weight 10',
      ),
    );
    expect(monitors?.[0]).toMatchObject({ consecutive_down: 7, consecutive_up: 4 });
    expect(pools?.[0]?.origins.map(({ weight }) => weight)).toEqual([0.2, 0.1]);
  });

  it('reads options from the defaults that a section names, else from the last ones', () => {
    const file = 'defaults one\nmode http\nretries 7\ndefaults two\nmode http\nretries 1\n';
    const attempts = (from: string) =>
      configOf(imported(`${file}listen l${from}\nserver a a.example.net`)).load_balancers?.[0]?.retry
        ?.attempts;
    expect(attempts(' from one')).toBe(8);
    expect(attempts('')).toBe(2);
  });

  it.each([
    ['balance leastconn', { policy: 'least_connections' }],
    ['balance source', { policy: 'hash', options: { key: ['client_address'] } }],
    ['balance url_param id', { policy: 'hash', options: { key: ['query:id'] } }],
    ['balance hdr(X-User)', { policy: 'hash', options: { key: ['header:X-User'] } }],
    ['balance hash req.cook(user)', { policy: 'hash', options: { key: ['cookie:user'] } }],
    ['balance random', { policy: 'least_outstanding_requests' }],
    ['balance first', { policy: 'off' }],
  ])('%s is the policy %j', (line, steering) => {
    expect(backend(line).pools?.[0]?.origin_steering).toEqual(steering);
  });

  it.each([
    ['option httpchk', { method: 'OPTIONS', path: '/', expected_codes: '200-399' }],
    ['option httpchk /up', { method: 'OPTIONS', path: '/up' }],
    ['option httpchk GET /up?a=b', { method: 'GET', path: '/up?a=b' }],
    ['option httpchk GET / HTTP/1.1\\r\\nHost:\\ www.example.com', { header: { Host: ['www.example.com'] } }],
  ])('%s is a monitor', (line, monitor) => {
    expect(backend(line).monitors?.[0]).toMatchObject({ type: 'http', ...monitor });
  });

  it('makes a rule of each use_backend, in their order, and the first that matches wins', () => {
    const rules = frontend(
      'acl images path_beg /img /css',
      'acl images hdr(host) -i IMG.example.com',
      'use_backend c if images METH_GET or { path_reg ^/x }',
      'use_backend c unless { path /b }',
    )?.rules;
    const images =
      '((starts_with(http.request.uri.path, "/img")) or (starts_with(http.request.uri.path, "/css"))) or ' +
      '(lower(http.host) eq "img.example.com")';
    expect(rules?.map(({ condition, terminates }) => [condition, terminates])).toEqual([
      [
        `((${images}) and (http.request.method in {"GET" "HEAD"})) or (http.request.uri.path matches "^/x")`,
        true,
      ],
      ['not (http.request.uri.path eq "/b")', true],
    ]);
  });

  it('keeps sessions where the backend has a cookie, and nowhere else', () => {
    const report = imported(
      'defaults\nmode http\nbackend b\ncookie SID insert\nserver a a.example.net cookie a\nbackend c\nserver c c.example.net\n' +
        'frontend f\nuse_backend c if { path /c }\ndefault_backend b',
    );
    const [only] = configOf(report).load_balancers ?? [];
    expect(only?.session_affinity).toBe('cookie');
    expect(only?.rules?.[0]?.overrides?.session_affinity).toBe('none');
  });

  it('says that a condition which rules cannot express was not taken', () => {
    const report = imported(
      'frontend f\nmode http\nuse_backend b if { nbsrv(b) lt 1 }\nbackend b\nmode http\nserver a a.example.net',
    );
    expect(fates(report, 'use_backend')).toEqual(['3 none use_backend b if { nbsrv(b) lt 1 }']);
  });

  it('refuses a quote that is not closed, with its line', () => {
    expect(() => imported('global\nlog "a')).toThrow('haproxy.cfg:2: the quote is not closed');
  });
});
