import { expect, it } from 'vitest';
import { line, pool, said } from './said.ts';

const of = (monitor: object) =>
  said({
    load_balancers: [{ name: 'a.example.com', default_pools: ['p'] }],
    pools: [pool('p', { monitor: 'm' })],
    monitors: [{ id: 'm', ...monitor }],
  });

it('warns about fields that a tcp monitor does not read', () => {
  const tcp = { type: 'tcp', port: 80 };
  expect(
    of({ ...tcp, path: '/x', expected_codes: '200', expected_body: 'x', follow_redirects: true }),
  ).toEqual(
    ['path', 'expected_codes', 'expected_body', 'follow_redirects'].map((field) =>
      line(`warning monitors[0].${field}: has no effect: a tcp monitor only connects`),
    ),
  );
  expect(of({ ...tcp, header: { Host: ['x'] } })).toEqual([
    line('warning monitors[0].header: has no effect'),
  ]);
  // As the API answers and Terraform sends it.
  const given = {
    path: '',
    expected_codes: '',
    expected_body: '',
    header: {},
    method: 'connection_established',
  };
  expect(of({ ...tcp, ...given, follow_redirects: false })).toEqual([]);
});

it('warns if a probe can take longer than the interval', () => {
  expect(of({ interval: 10, timeout: 4, retries: 2 })).toEqual([
    line('warning monitors[0].timeout: 4 s and 2 retries make up to 12 s, more than the `interval` of 10 s'),
  ]);
  expect(of({ interval: 5, timeout: 6, retries: 0 })).toEqual([line('warning monitors[0].timeout: got 6 s')]);
  expect(of({ interval: 15, timeout: 5, retries: 2 })).toEqual([]);
});

it('warns about headers that a probe cannot have', () => {
  const header = {
    Connection: ['close'],
    'Content-Length': ['3'],
    'User-Agent': ['x'],
    Host: ['h'],
    'X-A': ['a'],
  };
  expect(of({ header })).toEqual(
    ['Connection', '["Content-Length"]', '["User-Agent"]'].map((name) =>
      line(`warning monitors[0].header${name.startsWith('[') ? name : `.${name}`}: has no effect`),
    ),
  );
});

it('warns about fields of a pool without effect without a monitor', () => {
  const fields = { check_regions: ['WEU'], panic_threshold_percent: 50, degraded_weight: 0.5 };
  const of_pool = (more: object) =>
    said({
      load_balancers: [{ name: '*', default_pools: ['p'] }],
      pools: [pool('p', { ...fields, ...more })],
      monitors: [{ id: 'm' }],
    });
  expect(of_pool({})).toEqual(
    Object.keys(fields).map((field) => line(`warning pools[0].${field}: has no effect`)),
  );
  expect(of_pool({ monitor: 'm' })).toEqual([]);
});
