import { describe, expect, it } from 'vitest';
import { compile } from '../../../shared/rules/compile.ts';
import { parseCondition } from '../../../shared/rules/condition.ts';
import type { Expression } from '../../../shared/rules/expression.ts';
import { holds } from './support.ts';

const REQUEST = {
  'cf.load_balancer.name': 'app.example.com',
  'cf.load_balancer.region': 'WEU',
  'http.cookie': 'session=8521F670545D7865F79C3D7BEDC29CCE; background=light',
  'http.host': 'www.example.org',
  'http.referer': 'https://developer.example.org/en-US/docs/Web/JavaScript',
  'http.request.headers': { accept: ['application/json'], 'content-type': ['text/html', 'Text/Plain'] },
  'http.request.method': 'GET',
  'http.request.timestamp.sec': 1_484_063_137,
  'http.request.uri': '/articles/index?section=539061&expand=comments',
  'http.request.uri.args': { filter: ['waf', 'botm', 'cdn'], search: ['red+apples'] },
  'http.request.uri.args.names': ['filter', 'filter', 'filter', 'search'],
  'http.request.uri.args.values': ['waf', 'botm', 'cdn', 'red+apples'],
  'http.request.uri.path': '/articles/index',
  'http.request.uri.query': 'section=539061&expand=comments',
  'http.request.version': 'HTTP/1.1',
  'ip.src': '203.0.113.7',
};

const table = (rows: [string, boolean][]) =>
  it.each(rows)('%s is %s', (text, is) => expect(holds(text, REQUEST)).toBe(is));

describe("expressions of Cloudflare's load balancing pages", () => {
  table([
    ['', true],
    ['  \n', true],
    ['(http.request.uri.path contains "/content")', false],
    ['(http.request.uri.path contains "/articles")\nand (http.request.uri.query contains "section")', true],
    ['any(http.request.headers["content-type"][*] == "application/json")', false],
    ['any(http.request.headers["accept"][*] == "application/json")', true],
    ['any(http.request.uri.args["search"][*] == "red+apples")', true],
    ['any(http.request.uri.args.names[*] == "search")', true],
    ['any(http.request.uri.args.values[*] == "red+apples")', true],
    ['cf.load_balancer.region in {"WEU" "EEU"} and cf.load_balancer.name eq "app.example.com"', true],
    ['http.request.version in {"HTTP/2" "HTTP/3"}', false],
  ]);
});

describe("expressions of Cloudflare's pages on values and arrays", () => {
  table([
    ['http.request.uri.args.names[0] == "filter"', true],
    ['http.request.headers["accept"][0] == "application/json"', true],
    ['any(http.request.headers["accept"][*] == "text/plain")', false],
    ['any(lower(http.request.headers["content-type"][*])[*] == "text/plain")', true],
    ['len(http.request.uri.args["filter"][1]) == 4', true],
    ['all(len(http.request.uri.args["filter"][*])[*] in {3 4})', true],
    ['all(not len(http.request.uri.args["filter"][*])[*] in {3 4})', false],
    ['len(http.request.uri.args["filter"]) >= 0', true],
    ['not len(http.request.uri.args["order"]) >= 0', true],
    ['http.host in {"example.com" "www.example.org"}', true],
    ['ip.src in {198.51.100.1 198.51.100.3..198.51.100.7 203.0.113.0/24 2001:0db8::/32}', true],
    ['http.request.timestamp.sec in {8000..8009 1484063137..1484063138}', true],
    ['http.request.timestamp.sec in {8000..8009}', false],
  ]);
});

describe("expressions of Cloudflare's page on operators", () => {
  table([
    ['http.request.uri.path eq "/articles/index"', true],
    ['ip.src ne 203.0.113.0', true],
    ['ip.src == 203.0.113.7', true],
    ['http.request.uri.path matches "^/articles/in[a-d]ex$"', true],
    ['http.request.uri.path ~ r"^/ART"', false],
    ['lower(http.referer) contains "/web/javascript"', true],
    [
      'http.host matches "^(www|store|blog)\\.example\\.org" and http.request.uri.path contains "index"',
      true,
    ],
    ['not ( http.host eq "www.cloudflare.com" and ip.src in {203.0.113.0/24} )', true],
    ['http.request.timestamp.sec lt 10 or http.request.timestamp.sec > 1484063136', true],
    ['http.request.timestamp.sec le 1484063137 and http.request.timestamp.sec ge 1484063137', true],
    ['http.host < "x" && http.host <= "www.example.org" && http.host >= "a"', true],
    ['http.host wildcard "*.EXAMPLE.org"', true],
    ['http.host strict wildcard "*.EXAMPLE.org"', false],
    ['http.host strict wildcard "*.example.*"', true],
    ['http.host wildcard "example.org"', false],
  ]);
});

describe('strings that read like operators', () => {
  const path = { 'http.request.uri.path': '/a' };
  it.each([
    String.raw`http.request.uri.path in {"matches" "\x2fa"}`,
    String.raw`http.request.uri.path in {"~" "\x2fa"}`,
    String.raw`http.request.uri.path in {r"matches" "\057a"}`,
    String.raw`concat("matches", "\x2fa") == "matches/a"`,
  ])('are values like others: %s', (text) => expect(holds(text, path)).toBe(true));

  it('keep the backslashes of a pattern', () => {
    expect(holds(String.raw`http.request.uri.path matches "^\W[[:alpha:]]$"`, path)).toBe(true);
    expect(holds(String.raw`http.request.uri.path ~ "\x2fa"`, path)).toBe(true);
  });
});

describe('true and false', () => {
  table([
    ['true', true],
    ['false', false],
    ['not true', false],
    ['(true)', true],
    ['true and http.host eq "www.example.org"', true],
    ['http.host eq "other" or false', false],
    ['true xor true', false],
  ]);
});

it("compares the number of the client's network", () => {
  expect(holds('ip.src.asnum eq 13335', { 'ip.src.asnum': 13_335 })).toBe(true);
  expect(holds('ip.src.asnum in {64512..65534 13335}', { 'ip.src.asnum': 64_600 })).toBe(true);
});

describe('functions', () => {
  table([
    ['starts_with(http.request.uri.path, "/art")', true],
    ['ends_with(http.request.uri.path, ".html")', false],
    ['upper(http.host) == "WWW.EXAMPLE.ORG"', true],
    ['concat("a", " ", http.request.method, "2") == "a GET2"', true],
    ['len(http.host) == 15', true],
    ['substring(http.request.uri.path, 2, 5) == "rti"', true],
    ['substring(http.request.uri.path, -2) == "ex"', true],
    ['substring(http.request.uri.path, 0, -2) == "/articles/ind"', true],
    ['remove_bytes(http.host, "\\x2e\\x77") == "exampleorg"', true],
    ['to_string(http.request.timestamp.sec) == "1484063137" and to_string(ip.src) == "203.0.113.7"', true],
    ['any(url_decode(http.request.uri.args["search"][*])[*] == "red apples")', true],
    ['any(starts_with(http.request.uri.args.values[*], "bo"))', true],
    ['all(starts_with(http.request.uri.args.values[*], "bo"))', false],
    ['any(not starts_with(http.request.uri.args.values[*], "bo"))', true],
    [
      'all(starts_with(upper(http.request.uri.args.values[*])[*], "B") or http.request.uri.args.names[*] == "filter")',
      false,
    ],
    ['any(http.request.uri.args.values[*] == "waf" and http.request.uri.args.names[*] == "search")', false],
    ['len(concat(http.request.uri.args.names, http.request.uri.args.values)) == 8', true],
  ]);

  it('decodes URLs as documented', () => {
    const decode =
      (text: string, options = '') =>
      (is: string) =>
        holds(`url_decode(http.cookie${options}) == "${is}"`, { 'http.cookie': text });
    expect(decode('John%20Doe')('John Doe')).toBe(true);
    expect(decode('John+Doe')('John Doe')).toBe(true);
    expect(decode('%2520')('%20')).toBe(true);
    expect(decode('%2520', ', "r"')(' ')).toBe(true);
    expect(decode('%u2601', ', "u"')('☁')).toBe(true);
    expect(decode('%u2601')('%u2601')).toBe(true);
    expect(decode('%zz%4')('%zz%4')).toBe(true);
  });

  it('counts the bytes of a text, not its characters', () => {
    expect(holds('len(http.cookie) == 3', { 'http.cookie': '☁' })).toBe(true);
  });
});

describe('a value that a request does not have', () => {
  it.each([
    'http.request.headers["x"][0] == ""',
    'http.request.headers["x"][0] != "a"',
    'http.request.headers["accept"][1] contains ""',
    'lower(http.request.headers["x"][0]) == ""',
    'any(http.request.headers["x"][*] != "a")',
    'ip.src != 1.2.3.4',
    'starts_with(http.request.headers["x"][0], "")',
    'all(http.request.headers["x"][*] == "a")',
    'all(not http.request.headers["x"][*] == "a")',
    'all(lower(http.request.headers["x"][*])[*] != "a")',
    'all(starts_with(http.request.headers["x"][*], ""))',
    'all(http.request.headers["accept"][*] != "a" or http.request.headers["x"][*] != "a")',
    'any(not http.request.headers["x"][*] == "a")',
    'len(http.request.headers["x"]) == 0',
    'http.request.headers["x"][0] in {"a" ""}',
    'ip.src.asnum ne 13335',
    'dns.qry.type == 28',
    'dns.qry.qu',
  ])('makes a comparison false: %s', (text) => {
    const { 'ip.src': _, ...request } = REQUEST;
    expect(holds(text, request)).toBe(false);
    expect(holds(`not ${text}`, request)).toBe(true);
  });

  it('is left out by concat', () => {
    expect(holds('concat(http.request.headers["x"][0], "a") == "a"', REQUEST)).toBe(true);
  });

  it('differs from an empty list, for which all() is true', () => {
    const empty = { 'http.request.uri.args.names': [] };
    expect(holds('all(http.request.uri.args.names[*] == "a")', empty)).toBe(true);
    expect(holds('any(http.request.uri.args.names[*] == "a")', empty)).toBe(false);
    expect(holds('len(http.request.uri.args.names) == 0', empty)).toBe(true);
  });

  it('can be an invalid address', () => {
    expect(holds('ip.src != 1.2.3.4', { 'ip.src': 'unknown' })).toBe(false);
  });
});

it('compares addresses in any notation, each family by itself', () => {
  const src = (address: string) => ({ 'ip.src': address });
  expect(holds('ip.src == 2001:db8::1', src('2001:0DB8:0:0:0:0:0:1'))).toBe(true);
  expect(holds('ip.src in {::/0}', src('192.0.2.1'))).toBe(false);
  expect(holds('ip.src in {0.0.0.0/0}', src('2001:db8::1'))).toBe(false);
  expect(holds('ip.src in {2001:db8::5..2001:db8:1::}', src('2001:db8:0:9::'))).toBe(true);
  expect(holds('ip.src in {2001:db8::5..2001:db8:1::}', src('2001:db8::4'))).toBe(false);
});

it('reads a field only when it is needed, and a map only by key', () => {
  const asked: string[] = [];
  const { expression } = parseCondition(
    'http.request.headers["a"][0] == "1" or (http.host == "x" and http.cookie == "") or http.host == "y"',
  );
  if (expression === undefined) throw new Error('not accepted');
  compile(expression)((field, key) => {
    asked.push(key === undefined ? field : `${field} ${key}`);
    return 'y';
  });
  expect(asked).toEqual(['http.request.headers a', 'http.host', 'http.host']);
});

it('refuses expressions of a later version', () => {
  const left = { field: 'http.host' };
  const later = [
    { op: 'near', left, right: 'x' },
    { op: 'is', left: { call: 'sha256', args: [] } },
  ] as unknown as Expression[];
  for (const expression of later) expect(() => compile(expression)).toThrow('unknown');
});
