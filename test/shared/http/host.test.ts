import { expect, it } from 'vitest';
import { canonicalHost, canonicalPath } from '../../../shared/http/host.ts';

it.each([
  ['*', '*'],
  ['*.Example.com.', '*.example.com'],
  ['app.example.com.', 'app.example.com'],
  ['Bücher.example', 'xn--bcher-kva.example'],
  ['*.bücher.example.', '*.xn--bcher-kva.example'],
  ['_dmarc.example.com', '_dmarc.example.com'],
  ['0x7f.1', '0x7f.1'],
  ['[2001:DB8::1]', '[2001:db8::1]'],
  ['a\u0080.example', 'a\u0080.example'],
])('carries the host %j as %j', (host, carried) => expect(canonicalHost(host)).toBe(carried));

it.each([
  ['/', '/'],
  ['///', '/'],
  ['/shop/', '/shop'],
  ['/a/./b/../c', '/a/c'],
  ['/%2e%2e/a', '/a'],
  ['/käse', '/k%C3%A4se'],
  ['/a%2Fb', '/a%2Fb'],
])('carries the path %j as %j', (path, carried) => expect(canonicalPath(path)).toBe(carried));
