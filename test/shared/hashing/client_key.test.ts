import { describe, expect, it } from 'vitest';
import { clientKey, clientNumber } from '../../../shared/hashing/client_key.ts';

describe('clientKey', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:0:1::5', '2001:db8:0:1::/64'],
    ['2001:0DB8:0000:0001:ffff:ffff:ffff:ffff', '2001:db8:0:1::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.33', '64:ff9b:0:0::/64'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['0:0:0:0:0:FFFF:c000:0201', '192.0.2.1'],
    ['', ''],
    ['not:an:address', 'not:an:address'],
    ['unknown', 'unknown'],
  ])('turns %j into %j', (address, key) => {
    expect(clientKey(address)).toBe(key);
  });

  it('separates two networks that differ in the last bit of the /64', () => {
    expect(clientKey('2001:db8:0:1::1')).not.toBe(clientKey('2001:db8:0:0::1'));
  });
});

describe('clientNumber', () => {
  it('is the lower half of the 64-bit xxHash of the key', () => {
    // Published: XXH64("abc") = 44bc2cf5ad770999.
    expect(clientNumber('abc')).toBe(0xad770999);
  });

  it('is equal for all addresses of a /64, and 0 if the address is not known', () => {
    expect(clientNumber('2001:db8:0:1::1')).toBe(clientNumber('2001:db8:0:1:ffff::'));
    expect(clientNumber('2001:db8:0:1::1')).not.toBe(clientNumber('2001:db8:0:2::1'));
    expect(clientNumber('')).toBe(0);
  });
});
