import { expect, it } from 'vitest';
import type { Profile } from '../../../../shared/authoring/normalise.ts';
import { line, said } from './said.ts';

const of = (origin: object, monitor: object, profile: Profile = 'production') =>
  said(
    {
      load_balancers: [{ name: 'a.example.com', default_pools: ['p'] }],
      pools: [{ name: 'p', monitor: 'm', origins: [{ name: 'o', address: 'o.example.net', ...origin }] }],
      monitors: [{ id: 'm', ...monitor }],
    },
    profile,
  );

it('warns about a probe in plain HTTP on a port with TLS traffic, and the reverse', () => {
  expect(of({ port: 8443 }, { type: 'http' })).toEqual([
    line(
      'warning pools[0].origins[0].port: traffic on 8443 is https, but monitor "m" probes it with http, which fails; ' +
        'set the monitor\'s `type` to "https", or its `port` to one that speaks http',
    ),
  ]);
  expect(of({ port: 8443 }, { type: 'http', port: 8443 })).toHaveLength(1);
  expect(of({ port: 8080, scheme: 'http' }, { type: 'https' })).toHaveLength(1);
  expect(of({ port: 80 }, { type: 'https' })).toHaveLength(1);
});

it('is silent if both use the same protocol, or the probe has its own port', () => {
  expect(of({ port: 8443 }, { type: 'https' })).toEqual([]);
  expect(of({ port: 8443 }, { type: 'http', port: 8080 })).toEqual([]);
  expect(of({ port: 8443 }, { type: 'tcp', port: 8443 })).toEqual([]);
  expect(of({}, { type: 'http' })).toEqual([]);
  expect(of({ port: 80 }, { type: 'http' })).toEqual([]);
  expect(of({ port: 8080, address: '127.0.0.1' }, { type: 'http' }, 'local')).toEqual([]);
});
