import { expect, it } from 'vitest';
import { hopAddress } from '../../../shared/ip/hop_address.ts';

it.each([
  ['203.0.113.7', '203.0.113.7'],
  [' 203.0.113.7\t', '203.0.113.7'],
  ['203.0.113.7:51234', '203.0.113.7'],
  ['"203.0.113.7:51234"', '203.0.113.7'],
  ['203.0.113.7:_port-1', '203.0.113.7'],
  ['2001:db8::7', '2001:db8::7'],
  ['[2001:db8::7]', '2001:db8::7'],
  ['[2001:db8::7]:443', '2001:db8::7'],
  ['"[2001:db8::7]:443"', '2001:db8::7'],
  ['[203.0.113.7]:80', '203.0.113.7'],
  ['::ffff:203.0.113.7', '::ffff:203.0.113.7'],
  ['fe80::1%eth0', 'fe80::1'],
  ['[fe80::1%25eth0]:443', 'fe80::1'],
  // A zone may hold anything; nothing of it may reach a header.
  ['fe80::1%";proto=https', 'fe80::1'],
])('the address in %j is %s', (hop, address) => {
  expect(hopAddress(hop)).toBe(address);
});

it.each([
  '',
  '"',
  '""',
  'unknown',
  '_hidden',
  'localhost',
  '203.0.113',
  '203.0.113.7:',
  '203.0.113.7:port',
  '203.0.113.7:123456',
  '203.0.113.007',
  '203.0.113.7%eth0',
  '2001:db8::7]',
  '[2001:db8::7',
  '[]:80',
  '[unknown]',
  'http://203.0.113.7/',
])('there is no address in %j', (hop) => {
  expect(hopAddress(hop)).toBeUndefined();
});
