import { describe, expect, it } from 'vitest';
import { specialRange } from '../../../shared/ip/special_range.ts';

describe('specialRange', () => {
  it.each([
    ['127.0.0.1', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['10.255.255.255', 'private'],
    ['172.31.0.1', 'private'],
    ['192.168.1.1', 'private'],
    ['fd12::1', 'private'],
    ['169.254.1.1', 'link-local'],
    ['fe80::1', 'link-local'],
    ['169.254.169.254', 'a cloud metadata service'],
    ['::ffff:a9fe:a9fe', 'a cloud metadata service'],
    ['fd00:ec2::254', 'a cloud metadata service'],
    ['100.64.0.1', 'carrier-grade NAT'],
    ['0.0.0.0', 'this network'],
    ['224.0.0.1', 'multicast'],
    ['255.255.255.255', 'reserved'],
  ])('%s is %s', (address, what) => {
    expect(specialRange(address)).toBe(what);
  });

  it.each(['1.1.1.1', '172.32.0.1', '11.0.0.1', '2606:4700::1', '::2', 'localhost', ''])(
    '%j is not',
    (address) => {
      expect(specialRange(address)).toBeUndefined();
    },
  );
});
