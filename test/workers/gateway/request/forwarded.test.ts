import { expect, it } from 'vitest';
import { parseForwarded } from '../../../../workers/gateway/request/forwarded.ts';

it.each([
  [
    'for=192.0.2.60;proto=https;by=203.0.113.43;host=a.test',
    [{ for: '192.0.2.60', proto: 'https', host: 'a.test' }],
  ],
  ['For="[2001:db8:cafe::17]:4711"', [{ for: '[2001:db8:cafe::17]:4711' }]],
  ['for=192.0.2.43, for=198.51.100.17', [{ for: '198.51.100.17' }, { for: '192.0.2.43' }]],
  ['for=a;host="x,y";proto=http , for=b', [{ for: 'b' }, { for: 'a', host: 'x,y', proto: 'http' }]],
  ['for="_a\\"b"', [{ for: '_a"b' }]],
  ['for=one;for=two', [{ for: 'one' }]],
  ['; for = x', [{}]],
  [' , ,for=a,', [{ for: 'a' }]],
  ['', []],
])('reads %s, the nearest proxy first', (header, elements) => {
  expect(parseForwarded(header)).toEqual(elements);
});

it.each(['for="', 'for="[::1]', '"', 'for="\\', ';;;', 'for="a";"', '\\"'])(
  'reads the element to the right of whatever a client wrote (%s)',
  (forged) => {
    expect(parseForwarded(`${forged}, for="[2001:db8::9]";proto=https`)[0]).toEqual({
      for: '[2001:db8::9]',
      proto: 'https',
    });
  },
);
