import { expect, it } from 'vitest';
import { said } from './support.ts';

it.each([
  ['http.hots eq "x"', 'http.hots: unknown field "http.hots"; did you mean "http.host"?'],
  [
    'http.user_agent contains "bot"',
    'http.user_agent: unknown field "http.user_agent"; write http.request.headers["user-agent"][0]',
  ],
  ['dns.qry.type == "A"', 'dns.qry.type == "A": an Integer cannot be compared with a String'],
  ['ip.geoip.asnum == 1', 'ip.geoip.asnum: unknown field "ip.geoip.asnum"; write ip.src.asnum'],
  ['true eq 5', 'eq: "eq" cannot follow a condition, only a field or a function'],
  ['any(http.request.uri.args.names[*] eq "x" and true)', expect.stringContaining('"and" cannot combine')],
  ['http.host in "$"', '"$": expected values in braces, got a string'],
  ['http.host in $office', '$: load balancing rules have no lists; write the values in braces'],
  ['lowr(http.host) eq "x"', 'lowr(http.host): unknown function "lowr"; did you mean "lower"?'],
  ['cidr(ip.src, 24, 24) == 10.0.0.0', 'cidr(ip.src, 24, 24): load balancing rules have no function "cidr"'],
  ['http.host eq 5', 'http.host eq 5: a String cannot be compared with an Integer'],
  ['http.host eq 1.2.3.4', 'http.host eq 1.2.3.4: a String cannot be compared with an IP address'],
  [
    'http.request.timestamp.sec eq "5"',
    'http.request.timestamp.sec eq "5": an Integer cannot be compared with a String',
  ],
  ['http.host in {"a" 5}', 'http.host in {"a" 5}: a String cannot be compared with an Integer'],
  ['ip.src lt 1.2.3.4', 'ip.src lt 1.2.3.4: "lt" cannot be used on an IP address; allowed: eq, ne, in'],
  [
    'http.request.timestamp.sec contains "5"',
    'http.request.timestamp.sec contains "5": "contains" cannot be used on an Integer; allowed: eq, ne, lt, le, gt, ge, in',
  ],
  ['ip.src eq 1.2.3.400', '1.2.3.400: got 1.2.3.400; allowed: one address; for a network write: in { … }'],
  ['ip.src eq 10.0.0.0/8', '10.0.0.0/8: got 10.0.0.0/8; allowed: one address; for a network write: in { … }'],
  [
    'ip.src in {10.0.0.0/33}',
    '10.0.0.0/33: got 10.0.0.0/33; allowed: an address, 10.0.0.0/8 or 10.0.0.1..10.0.0.9',
  ],
  ['ip.src in {10.0.0.9..10.0.0.1}', expect.stringContaining('10.0.0.9..10.0.0.1: got')],
  ['ip.src in {10.0.0.9..::1}', expect.stringContaining('10.0.0.9..::1: got')],
  ['http.host', 'http.host: expected an operator after a String'],
  ['starts_with(http.host, "a") eq "x"', expect.stringContaining('a Boolean takes no operator')],
  [
    'http.request.headers eq "x"',
    expect.stringContaining('write a key, ["name"], after a Map<Array<String>>'),
  ],
  ['http.request.headers["a"] eq "x"', expect.stringContaining('write an index, [0], or [*]')],
  [
    'http.request.headers[0] eq "x"',
    expect.stringContaining('got [0]; allowed after a map: a key, ["name"]'),
  ],
  ['any(http.request.headers[*] eq "x")', expect.stringContaining('allowed after a map: a key')],
  ['http.host[0] eq "x"', 'http.host[0]: a String has no elements; remove [0]'],
  ['http.request.uri.args.names["a"] eq "x"', expect.stringContaining('allowed after an array: an index')],
  ['any(http.request.uri.args.names[*][0] eq "x")', expect.stringContaining('nothing can follow `[*]`')],
  ['http.request.uri.args.names[*] eq "x"', expect.stringContaining('write any(…) or all(…) around it')],
  [
    'http.host eq "x" and http.request.uri.args.names[*] eq "x"',
    expect.stringContaining('"and" cannot combine a single result with the results'),
  ],
  ['any(http.host eq "x")', 'http.host eq "x": argument 1 of "any" must be an Array<Boolean>, got a Boolean'],
  ['lower() eq "x"', 'lower(): "lower" takes 1 argument, got 0'],
  ['substring(http.host) eq "x"', expect.stringContaining('"substring" takes 2 or 3 arguments, got 1')],
  ['concat("a") eq "x"', expect.stringContaining('"concat" takes 2 or more arguments, got 1')],
  ['lower(5) eq "x"', 'lower(5): argument 1 of "lower" must be a String, got an Integer'],
  ['starts_with("foo", "f")', expect.stringContaining('must be a field or a function, not a literal')],
  ['url_decode(http.host, http.cookie) eq "x"', 'http.cookie: argument 2 of "url_decode" must be a literal'],
  [
    'concat("a", http.request.uri.args.names) eq "x"',
    expect.stringContaining('argument 2 of "concat" is an Array'),
  ],
  [
    'concat("a", http.request.uri.args.names[*]) eq "x"',
    expect.stringContaining('which only the first argument can have'),
  ],
  ['http.host wildcard "a**"', expect.stringContaining('cannot have two stars in a row')],
  ['http.host wildcard r"a\\b"', expect.stringContaining('a backslash before anything but')],
])('refuses %s', (text, error) => {
  expect(said(text)).toEqual([error]);
});

it('reports every mistake at once, in the order of the text', () => {
  expect(
    said('http.hots eq "x" or lowr(http.host) eq "y" or ip.src eq 300.0.0.1').map(
      (each) => each.split(':')[0],
    ),
  ).toEqual(['http.hots', 'lowr(http.host)', '300.0.0.1']);
});
