import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../shared/authoring/parse.ts';
import { line, pool, said } from './said.ts';

type Balancer = { id?: string; name: string; path?: string };

const balancers = (...list: Balancer[]) => ({
  load_balancers: list.map((balancer) => ({ ...balancer, default_pools: ['p'] })),
  pools: [pool('p')],
});

describe('two load balancers', () => {
  it.each<[Balancer, Balancer]>([
    [{ name: 'A.example.com' }, { name: 'a.example.com' }],
    [{ name: 'a.example.com' }, { name: 'a.example.com.' }],
    [{ name: '*.a.example.com' }, { name: '*.A.example.com.' }],
    [{ name: 'münchen.example' }, { name: 'xn--mnchen-3ya.example' }],
    [
      { name: 'a.example.com', path: '/x' },
      { name: 'a.example.com', path: '/x//' },
    ],
    [
      { name: 'a.example.com', path: '/ü' },
      { name: 'a.example.com', path: '/%C3%BC' },
    ],
    [
      { name: 'a.example.com', path: '/x' },
      { name: 'a.example.com', path: '/y/../x' },
    ],
  ])('%j and %j serve the same host and path', (first, second) => {
    expect(said(balancers(first, second))).toEqual([
      line('error load_balancers[1].name: duplicate host and path'),
    ]);
  });

  it.each<[Balancer, Balancer, number]>([
    [{ id: 'b.example.com', name: 'a.example.com' }, { name: 'b.example.com' }, 0],
    [{ name: 'a.example.com', path: '/x' }, { id: 'a.example.com/x', name: 'b.example.com' }, 1],
    [{ id: 'same', name: 'a.example.com' }, { id: 'same', name: 'b.example.com' }, 1],
  ])('%j and %j have one id', (first, second, at) => {
    expect(said(balancers(first, second))).toEqual([
      line(`error load_balancers[${at}].id: duplicate load balancer id`),
    ]);
  });

  it('may differ only in their paths, which are published in the form of requests', () => {
    const file = balancers(
      { name: 'München.example.', path: '/ü/' },
      { name: 'münchen.example', path: '/x' },
    );
    expect(parseConfig(file, 'production').config?.balancers).toMatchObject([
      { id: 'xn--mnchen-3ya.example/%C3%BC', host: 'xn--mnchen-3ya.example', path: '/%C3%BC' },
      { id: 'xn--mnchen-3ya.example/x', host: 'xn--mnchen-3ya.example', path: '/x' },
    ]);
  });
});

it('refuses a host that no request can name', () => {
  expect(said(balancers({ name: 'a\u0080.example' }))).toEqual([
    line('error load_balancers[0].name: got "a\u0080.example", which Punycode cannot express'),
  ]);
  const pools = [pool('p', { origins: [{ name: 'o', address: 'a\u0080.example' }] })];
  expect(said({ load_balancers: [{ name: '*', default_pools: ['p'] }], pools })).toEqual([
    line('error pools[0].origins[0].address: got'),
  ]);
});

it('refuses a pool whose name is the id of another', () => {
  const pools = [{ id: 'q', ...pool('p') }, pool('q')];
  expect(said({ load_balancers: [{ name: '*', default_pools: ['q'] }], pools })).toEqual([
    line('error pools[1].name: duplicate pool id "q", already in pools[0].id'),
  ]);
});

it('names the place of the first one within the same object, because the API checks an object by itself', () => {
  const origins = [
    { name: 'o', address: 'a.example.com' },
    { name: 'o', address: 'b.example.com' },
  ];
  const pools = [pool('p'), pool('q', { origins })];
  const file = { load_balancers: [{ name: '*', default_pools: ['p', 'q'] }], pools };
  expect(said(file)).toEqual([
    line('error pools[1].origins[1].name: duplicate origin name "o", already in origins[0].name; rename one'),
  ]);
});

it('warns about two notifications that share a secret', () => {
  const url = 'https://hooks.example.com/';
  const notifications = [
    { name: 'a-b', url },
    { name: 'a_b', url },
    { name: 'c', url },
  ];
  expect(said({ ...balancers({ name: '*' }), notifications })).toEqual([
    line('warning notifications[1].name: shares the secret WEBHOOK_SECRET_A_B with "a-b"'),
  ]);
});

it('warns about rules with the same name, and publishes unique ones', () => {
  const rules = ['a,b', 'a b', 'a\nb'].map((name) => ({
    name,
    condition: 'http.host eq "a"',
    overrides: { steering_policy: 'random' },
  }));
  const [balancer] = balancers({ name: '*' }).load_balancers;
  const file = { load_balancers: [{ ...balancer, rules: [...rules, rules[0]] }], pools: [pool('p')] };
  const names = parseConfig(file, 'production').config?.balancers[0]?.rules?.map(({ name }) => name);
  expect(names).toEqual(['a b', 'a b (2)', 'a b (3)', 'a b (4)']);
  expect(said(file)).toEqual([
    line('warning load_balancers[0].rules[3].name: duplicate name "a,b", already in'),
  ]);
});
