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

it('warns of a probe in plain HTTP on a port where traffic speaks TLS, and the other way round', () => {
  expect(of({ port: 8443 }, { type: 'http' })).toEqual([
    line(
      'warning pools[0].origins[0].port: 8443 is where its traffic speaks https, and monitor "m" probes it in http, which fails; ' +
        'set the monitor\'s `type` to "https", or its `port` to one that speaks http',
    ),
  ]);
  expect(of({ port: 8443 }, { type: 'http', port: 8443 })).toHaveLength(1);
  expect(of({ port: 8080, scheme: 'http' }, { type: 'https' })).toHaveLength(1);
  expect(of({ port: 80 }, { type: 'https' })).toHaveLength(1);
});

it('says nothing where both speak the same, or a probe has a port of its own', () => {
  expect(of({ port: 8443 }, { type: 'https' })).toEqual([]);
  expect(of({ port: 8443 }, { type: 'http', port: 8080 })).toEqual([]);
  expect(of({ port: 8443 }, { type: 'tcp', port: 8443 })).toEqual([]);
  expect(of({}, { type: 'http' })).toEqual([]);
  expect(of({ port: 80 }, { type: 'http' })).toEqual([]);
  expect(of({ port: 8080, address: '127.0.0.1' }, { type: 'http' }, 'local')).toEqual([]);
});
