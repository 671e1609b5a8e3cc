import { expect, it } from 'vitest';
import { compile } from '../../../../shared/rules/compile.ts';
import { parseCondition } from '../../../../shared/rules/condition.ts';
import { FIELDS, type FieldName } from '../../../../shared/rules/fields.ts';
import { clientOf } from '../../../../workers/gateway/request/client.ts';
import type { Incoming } from '../../../../workers/gateway/request/facts.ts';
import { parseRequestUrl } from '../../../../workers/gateway/request/request_url.ts';
import { fieldReader } from '../../../../workers/gateway/rules/field_reader.ts';
import { balancer } from '../support.ts';

const BALANCER = balancer({ host: '*.example.com' });

function incoming(text: string, headers: Record<string, string> = {}, cf: CfProperties = {}): Incoming {
  const request = new Request(text, { headers, cf });
  const url = parseRequestUrl(text);
  return {
    request,
    url,
    client: clientOf(request.headers, url, undefined),
    started_at: 1_484_063_137_999,
  };
}

const FULL = incoming(
  'https://www.example.com:8443/a%20b/?q=red+apples&q=2&flag&=x',
  {
    'cf-connecting-ip': '192.0.2.7',
    cookie: 'session=1',
    referer: 'https://example.org/',
    'X-Tenant': 'a, b',
  },
  { country: 'DE', httpProtocol: 'HTTP/2', asn: 3320 },
);

it.each<[FieldName, unknown]>([
  ['cf.load_balancer.name', '*.example.com'],
  ['cf.load_balancer.region', 'WEU'],
  ['http.cookie', 'session=1'],
  ['http.host', 'www.example.com'],
  ['http.referer', 'https://example.org/'],
  ['http.request.method', 'GET'],
  ['http.request.timestamp.sec', 1_484_063_137],
  ['http.request.uri', '/a%20b/?q=red+apples&q=2&flag&=x'],
  ['http.request.uri.args.names', ['q', 'q', 'flag', '']],
  ['http.request.uri.args.values', ['red+apples', '2', '', 'x']],
  ['http.request.uri.path', '/a%20b/'],
  ['http.request.uri.query', 'q=red+apples&q=2&flag&=x'],
  ['http.request.version', 'HTTP/2'],
  ['ip.src', '192.0.2.7'],
  ['ip.src.asnum', 3320],
])('reads %s as received', (field, value) => {
  expect(fieldReader(FULL, BALANCER)(field)).toEqual(value);
});

it('reads cookies on two lines as if they were on one', () => {
  expect(fieldReader(incoming('http://h/', { cookie: 'a=1, session=2' }), BALANCER)('http.cookie')).toBe(
    'a=1; session=2',
  );
});

it('reads the host that the client asked for, where a trusted proxy says so', () => {
  const { request, url, ...rest } = incoming('http://lb.internal/', {
    'cf-connecting-ip': '10.0.0.1',
    'x-forwarded-host': 'Shop.example.com:8443',
  });
  const trusted = [{ first: [0x0a00, 0], bits: 8 }];
  const client = clientOf(request.headers, url, trusted);
  expect(fieldReader({ ...rest, request, url, client }, BALANCER)('http.host')).toBe('shop.example.com');
});

it('reads a map by key', () => {
  const read = fieldReader(FULL, BALANCER);
  expect(read('http.request.headers', 'x-tenant')).toEqual(['a, b']);
  expect(read('http.request.headers', 'x-other')).toBeUndefined();
  expect(read('http.request.headers', 'no header\n')).toBeUndefined();
  expect(read('http.request.uri.args', 'q')).toEqual(['red+apples', '2']);
  expect(read('http.request.uri.args', 'flag')).toEqual(['']);
  expect(read('http.request.uri.args', 'none')).toBeUndefined();
});

it('has nothing where a request says nothing, and never throws', () => {
  const read = fieldReader(incoming('http://h/'), BALANCER);
  const said = Object.keys(FIELDS).map((field) => [field, read(field as FieldName, 'constructor')]);
  expect(Object.fromEntries(said)).toMatchObject({
    'http.cookie': '',
    'http.request.headers': undefined,
    'http.request.uri.args': undefined,
    'http.request.uri.args.names': [],
    'http.request.uri.query': '',
    'http.request.version': undefined,
    'ip.src': undefined,
    'ip.src.asnum': undefined,
  });
});

it('is what a condition asks', () => {
  const { expression } = parseCondition(
    'ip.src in {192.0.2.0/24} and any(http.request.uri.args["q"][*] == "2") and not http.referer contains "ads"',
  );
  if (expression === undefined) throw new Error('not accepted');
  expect(compile(expression)(fieldReader(FULL, BALANCER))).toBe(true);
});
