import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../../shared/ip/parse_address.ts';
import { contains, parseRange } from '../../../shared/ip/range.ts';

function isIn(range_text: string, address_text: string): boolean {
  const [range, address] = [parseRange(range_text), parseAddress(address_text)];
  if (range === undefined || address === undefined) throw new Error('no range or no address');
  return contains(range, address);
}

describe('contains', () => {
  it.each([
    // The edges of each block: its first, its last, the one before and the one behind.
    ['192.0.2.0/24', ['192.0.2.0', '192.0.2.255'], ['192.0.1.255', '192.0.3.0']],
    ['172.16.0.0/12', ['172.16.0.0', '172.31.255.255'], ['172.15.255.255', '172.32.0.0']],
    ['10.0.0.1', ['10.0.0.1', '::ffff:10.0.0.1'], ['10.0.0.0', '10.0.0.2']],
    ['198.51.100.7/31', ['198.51.100.6', '198.51.100.7'], ['198.51.100.5', '198.51.100.8']],
    ['0.0.0.0/0', ['0.0.0.0', '255.255.255.255'], ['::', '2001:db8::1']],
    ['::/0', ['::', 'ffff::'], ['192.0.2.1', '::ffff:192.0.2.1']],
    ['fc00::/7', ['fc00::', 'fdff:ffff::1'], ['fbff::', 'fe00::']],
    ['2001:db8::/33', ['2001:db8:7fff::'], ['2001:db8:8000::', '2001:db7::']],
    ['2001:db8::1', ['2001:db8::1'], ['2001:db8::', '2001:db8::2']],
    ['::ffff:192.0.2.0/120', ['192.0.2.9'], ['192.0.3.9']],
  ])('%s holds %j and not %j', (range, inside, outside) => {
    expect(inside.filter((address) => !isIn(range, address))).toEqual([]);
    expect(outside.filter((address) => isIn(range, address))).toEqual([]);
  });
});

describe('parseRange', () => {
  it.each([
    '',
    '/',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0/8',
    '::/129',
    '::ffff:1.2.3.4/95',
    '10.0.0.0/8 ',
  ])('refuses %j', (text) => {
    expect(parseRange(text)).toBeUndefined();
  });
});
