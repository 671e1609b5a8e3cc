import { expect, it } from 'vitest';
import { overrideHost } from '../../../workers/proxy/host.ts';

const ON = { RESOLVE_OVERRIDE: 'on' as const };

it.each([
  [
    'https://one.example.net/a/../b%2F?',
    'app.example.com',
    'https://app.example.com/a/../b%2F?',
    'one.example.net',
  ],
  ['http://one.example.net:81', 'app.example.com', 'http://app.example.com:81', 'one.example.net'],
  ['http://one.example.net:81/', 'app.example.com:99', 'http://app.example.com:81/', 'one.example.net'],
  ['http://[::1]:81/', 'app.example.com', 'http://app.example.com:81/', '[::1]'],
])('%s as %s goes to %s', (url, host, target, address) => {
  expect(overrideHost(url, host, ON)).toEqual({ url: target, cf: { resolveOverride: address } });
});

it.each([
  ['no other Host is wanted', undefined, 'on'],
  ['the Host is the address', 'ONE.example.net', 'on'],
  ['the runtime does not support it', 'app.example.com', 'off'],
] as const)('overrides nothing when %s', (_, host, RESOLVE_OVERRIDE) => {
  expect(overrideHost('http://one.example.net/', host, { RESOLVE_OVERRIDE })).toBeUndefined();
});
