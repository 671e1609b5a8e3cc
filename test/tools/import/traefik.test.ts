import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { importTraefik } from '../../../tools/import/traefik/import.ts';
import { readRule } from '../../../tools/import/traefik/rule.ts';
import { configOf, countLeaves, errorsOf, fates, fixture, UNMAPPED } from './fixture.ts';

const imported = (text: string, file = 'traefik.yml') => importTraefik(file, text, UNMAPPED);
const shop = () => imported(fixture('shop.traefik.yml'));
const balancers = (text: string) => configOf(imported(text)).load_balancers;

/** A file with a service `a`, whose server has these options, and a router to it. */
const withService = (options: string) => `
http:
  routers:
    r: { rule: "Host(\`a.example.com\`)", service: a }
  services:
    a:
      loadBalancer:
        servers: [{ url: "http://a.example.net" }]
${options.replace(/^/gm, '        ')}`;

describe('importTraefik', () => {
  it.each(['shop.traefik.yml', 'shop.traefik.toml'])(
    'writes a configuration without errors from %s',
    (name) => {
      expect(errorsOf(imported(fixture(name), name))).toEqual([]);
    },
  );

  it('reports every value of a YAML file, and of a TOML file', () => {
    expect(shop().entries).toHaveLength(countLeaves(parseYaml(fixture('shop.traefik.yml'))));
    const toml = fixture('shop.traefik.toml');
    expect(imported(toml, 'a.toml').entries).toHaveLength(countLeaves(parse(toml)));
  });

  it.each(['shop.traefik.yml', 'shop.traefik.toml'])('names the line of each value of %s', (name) => {
    const lines = fixture(name).split('\n');
    for (const { line, text } of imported(fixture(name), name).entries) {
      const value = /: (.*)$/.exec(text)?.[1] ?? '';
      // A value of a list has its own line, an alias that of its use.
      if (/^"[\w./: -]+"$/.test(value) && !text.includes('stable'))
        expect(lines[line - 1]).toContain(value.slice(1, -1));
    }
  });

  it('knows every value of the fixture', () => {
    expect(shop().entries.filter(({ note }) => note === 'this importer does not know it')).toEqual([]);
  });

  it('orders the routers of a host by priority, which is the length of the rule unless set', () => {
    const [only] =
      balancers(`
http:
  routers:
    short: { rule: "Host(\`a.example.com\`) && Path(\`/a\`)", service: a }
    long: { rule: "Host(\`a.example.com\`) && Path(\`/abc\`)", service: a }
    first: { rule: "Host(\`a.example.com\`) && Path(\`/\`)", service: a, priority: 99 }
    all: { rule: "Host(\`a.example.com\`)", service: a }
  services:
    a: { loadBalancer: { servers: [{ url: "http://a.example.net" }] } }
`) ?? [];
    expect(only?.rules?.map(({ name }) => name)).toEqual(['first', 'long', 'short']);
  });

  it('sends the Host of the router to origins unless passHostHeader is false', () => {
    const header = (options: string) =>
      configOf(imported(withService(options))).pools?.[0]?.origins[0]?.header;
    expect(header('')).toEqual({ Host: ['a.example.com'] });
    expect(header('passHostHeader: false')).toBeUndefined();
  });

  it("sets Traefik's defaults, which differ from Plimsoll's", () => {
    const { load_balancers, pools, monitors } = configOf(imported(withService('healthCheck: { path: /up }')));
    expect(load_balancers?.[0]?.retry).toEqual({ attempts: 1 });
    expect(pools?.[0]?.outlier_detection).toEqual({ enabled: false });
    expect(monitors?.[0]).toMatchObject({
      interval: 30,
      timeout: 5,
      consecutive_down: 1,
      consecutive_up: 1,
      expected_codes: '200-399',
    });
  });

  it('shares traffic of a weighted service by the weights of its pools', () => {
    const found = configOf(shop()).load_balancers?.find(({ name }) => name === 'next.example.com');
    expect(found?.random_steering).toEqual({ pool_weights: { stable: 0.95, api: 0.05 } });
  });

  it('says that a service of another provider was not taken', () => {
    expect(fates(shop(), 'http.routers.orphan.service')).toEqual([
      '27 none http.routers.orphan.service: "dashboard@internal"',
    ]);
  });

  it.each([
    ['a: [', 'traefik.yml:1: is not valid YAML'],
    ['a: &a [*a]', 'traefik.yml:1: the alias *a contains itself; write its value'],
    ['a:\n  {{ range }}\n  b: 1', '; a template must be rendered first'],
  ])('refuses %j with its line', (text, message) => {
    expect(() => imported(text)).toThrow(message);
  });
});

describe('readRule', () => {
  it.each([
    ['Host(`a.example.com`)', ['a.example.com'], ''],
    [
      'Host(`A.example.com`, `b.example.com`) && PathPrefix(`/x`)',
      ['a.example.com', 'b.example.com'],
      'starts_with(http.request.uri.path, "/x")',
    ],
    [
      'PathPrefix(`/x`) && Host(`a.example.com`)',
      ['a.example.com'],
      'starts_with(http.request.uri.path, "/x")',
    ],
    [
      'Host(`a.example.com`) || Path(`/x`)',
      undefined,
      '(http.host eq "a.example.com") or (http.request.uri.path eq "/x")',
    ],
    [
      '!(Method(`POST`) && ClientIP(`10.0.0.0/8`))',
      undefined,
      'not ((http.request.method eq "POST") and (ip.src in {10.0.0.0/8}))',
    ],
    [
      'HostRegexp(`{sub:[a-z]+}.example.com`)',
      undefined,
      'http.host matches "(?i)^([a-z]+)\\\\.example\\\\.com$"',
    ],
    ['Query(`a=b`)', undefined, 'http.request.uri.args["a"][0] eq "b"'],
    ['Header(`X-A`, `b`)', undefined, 'http.request.headers["x-a"][0] eq "b"'],
    ['Wonder(`a`)', undefined, undefined],
    ['Host(`a.example.com`', undefined, undefined],
  ])('reads %s', (text, hosts, condition) => {
    expect(readRule(text)).toEqual({ hosts, condition });
  });
});
