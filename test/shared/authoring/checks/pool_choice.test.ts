import { describe, expect, it } from 'vitest';
import { line, pool, said } from './said.ts';

const PATH = 'load_balancers[0]';

/** A load balancer over `p` (id `p1`) and `q`. */
const of = (balancer: object, pools: object = {}) =>
  said({
    load_balancers: [{ name: 'a.example.com', default_pools: ['p', 'q'], ...balancer }],
    pools: [{ id: 'p1', ...pool('p', pools) }, pool('q', pools)],
    monitors: [{ id: 'm' }],
  });

const ruled = (overrides: object, balancer: object = {}) =>
  of({ ...balancer, rules: [{ condition: 'http.host eq "a"', overrides }] });

describe('a choice of pools with less effect than it seems', () => {
  it.each<[string, object, string[]]>([
    [
      'a pool twice, by name and by id',
      { default_pools: ['p', 'q', 'p1'] },
      ['default_pools[2]: "p1" is in this list'],
    ],
    [
      'a pool twice in a map',
      { region_pools: { WEU: ['p', 'p'] } },
      ['region_pools.WEU[1]: "p" is in this list already'],
    ],
    [
      'a list of none',
      { pop_pools: { FRA: ['p'], LHR: [] } },
      ['pop_pools.LHR: has no effect: it names no pool'],
    ],
    [
      'a country that there is not',
      { country_pools: { UK: ['p'], ZZ: ['q'], GB: ['p'], XX: ['q'], T1: ['q'], US: ['p'] } },
      [
        'country_pools.UK: no request matches "UK", which is no country code of ISO 3166-1; did you mean "GB"?',
        'country_pools.ZZ: no request matches "ZZ", which is no country code of ISO 3166-1',
      ],
    ],
    ['geo without maps', { steering_policy: 'geo' }, ['steering_policy: "geo" without `region_pools`']],
    [
      'weights of 0',
      { steering_policy: 'random', random_steering: { default_weight: 0 } },
      ['random_steering: every pool of `default_pools` has weight 0'],
    ],
    [
      'the weight of a pool that is not used',
      { default_pools: ['q'], steering_policy: 'random', random_steering: { pool_weights: { p: 0.5 } } },
      ['random_steering.pool_weights.p: has no effect'],
    ],
    [
      'two weights of one pool',
      { steering_policy: 'hash', random_steering: { pool_weights: { p: 0.5, p1: 0.2 } } },
      ['random_steering.pool_weights.p1: this pool has a weight already'],
    ],
    [
      'latency that nobody measures',
      { steering_policy: 'dynamic_latency' },
      ['steering_policy: "dynamic_latency" knows no latency of p, q'],
    ],
    [
      'failover across one pool',
      { default_pools: ['p'], adaptive_routing: { failover_across_pools: true } },
      ['adaptive_routing.failover_across_pools: has no effect: there is only one pool'],
    ],
  ])('is a warning: %s', (_, balancer, warnings) => {
    expect(of(balancer)).toEqual(warnings.map((each) => line(`warning ${PATH}.${each}`)));
  });

  it('is silent if every part has an effect', () => {
    expect(of({ steering_policy: 'dynamic_latency' }, { monitor: 'm' })).toEqual([]);
    expect(of({ steering_policy: 'geo', country_pools: { DE: ['q'] } })).toEqual([]);
    expect(of({ steering_policy: 'random', random_steering: { pool_weights: { p: 0, q: 1 } } })).toEqual([]);
    expect(of({ steering_policy: 'off', random_steering: { default_weight: 0 } })).toEqual([]);
    expect(of({ adaptive_routing: { failover_across_pools: true } })).toEqual([]);
  });

  it('is one error if a map is invalid', () => {
    expect(of({ steering_policy: 'geo', country_pools: { gb: ['p'] } })).toEqual([
      line(`error ${PATH}.country_pools.gb: got "gb"`),
    ]);
  });
});

describe('a rule', () => {
  const OVERRIDES = `warning ${PATH}.rules[0].overrides`;

  it('is checked together with the fields of its balancer', () => {
    expect(ruled({ steering_policy: 'geo' })).toEqual([line(`${OVERRIDES}.steering_policy: "geo" without`)]);
    expect(ruled({ steering_policy: 'geo' }, { region_pools: { WEU: ['p'] } })).toEqual([]);
    expect(ruled({ region_pools: { WEU: ['q'] } }, { steering_policy: 'off' })).toEqual([
      line(`${OVERRIDES}.region_pools: has no effect: \`steering_policy\` "off" does not read it`),
    ]);
    expect(ruled({ region_pools: { WEU: ['q'] } })).toEqual([]);
    expect(ruled({ default_pools: ['q', 'q'] })).toEqual([line(`${OVERRIDES}.default_pools[1]`)]);
    expect(ruled({ steering_policy: 'dynamic_latency' })).toEqual([line(`${OVERRIDES}.steering_policy`)]);
    expect(ruled({ random_steering: { default_weight: 0 } }, { steering_policy: 'random' })).toEqual([
      line(`${OVERRIDES}.random_steering: every pool`),
    ]);
  });

  it('after one that always applies and terminates is reported', () => {
    const rules = [
      { name: 'late', priority: 9, overrides: { steering_policy: 'random' } },
      { name: 'end', priority: 5, condition: 'true', fixed_response: { status_code: 503 } },
      { name: 'early', overrides: { steering_policy: 'random' } },
      { name: 'off', priority: 9, disabled: true, terminates: true },
    ];
    expect(of({ rules })).toEqual([line(`warning ${PATH}.rules[0]: is never reached: rules[1] comes first`)]);
    expect(of({ rules: rules.map((rule) => ({ ...rule, condition: 'http.host eq "a"' })) })).toEqual([]);
  });

  it('that never applies is reported once', () => {
    const dead = { overrides: { steering_policy: 'geo' } };
    const problems = of({
      rules: [
        { condition: 'dns.qry.type == 28', ...dead },
        { condition: 'false', ...dead },
        { condition: 'http.host eq "a" or dns.qry.name eq "b"', overrides: { steering_policy: 'random' } },
      ],
    });
    expect(problems).toEqual([
      `warning ${PATH}.rules[0].condition: only DNS queries have "dns.qry.type", and requests here are HTTP, so the rule ` +
        'never applies; remove it',
      `warning ${PATH}.rules[1].condition: is false for every request, so the rule never applies; correct it, or remove the rule`,
      `warning ${PATH}.rules[2].condition: only DNS queries have "dns.qry.name", and requests here are HTTP, so ` +
        'comparisons with it are false',
    ]);
  });
});
