import { expect, it } from 'vitest';
import { hostAndPort, urlHost } from '../../../shared/http/address.ts';

it.each([
  ['one.example.com', 'one.example.com'],
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8::1', '[2001:db8::1]'],
  ['[2001:db8::1]', '[2001:db8::1]'],
  ['::1', '[::1]'],
])('%s stands in a URL as %s', (address, expected) => {
  expect(urlHost(address)).toBe(expected);
  expect(hostAndPort(address, 8080)).toBe(`${expected}:8080`);
  expect(URL.canParse(`http://${hostAndPort(address, 8080)}/`)).toBe(true);
});
