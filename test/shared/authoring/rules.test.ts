import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../shared/authoring/parse.ts';
import { pathText } from '../../../shared/authoring/problem.ts';
import type { ConfigFile } from '../../../shared/authoring/schema.ts';
import type { Balancer } from '../../../shared/model/config.ts';

type BalancerFile = NonNullable<ConfigFile['load_balancers']>[number];
type RuleFile = NonNullable<NonNullable<BalancerFile['rules']>[number]>;

/** One balancer with these rules, over the pools `eu` (id `e1`), `us` and `canary`. */
function parsed(rules: readonly unknown[], fields: Partial<BalancerFile> = {}) {
  const origins = [{ name: 'o', address: 'o.example.com' }];
  return parseConfig(
    {
      load_balancers: [{ name: 'app.example.com', default_pools: ['eu', 'us'], ...fields, rules }],
      pools: [
        { id: 'e1', name: 'eu', origins },
        { name: 'us', origins },
        { name: 'canary', origins },
      ],
    },
    'local',
  );
}

function balancer(rules: readonly RuleFile[], fields: Partial<BalancerFile> = {}): Balancer {
  const { config, problems } = parsed(rules, fields);
  const [only] = config?.balancers ?? [];
  if (only === undefined) throw new Error(JSON.stringify(problems));
  return only;
}

const overridesOf = (overrides: NonNullable<RuleFile['overrides']>, fields: Partial<BalancerFile> = {}) =>
  balancer([{ overrides }], fields).rules?.[0]?.overrides;

/** The problems of the balancer: `severity path: message`, with the path from the rules on. */
function said(rules: readonly unknown[], fields: Partial<BalancerFile> = {}): string[] {
  return parsed(rules, fields)
    .problems.filter(({ path }) => path[0] === 'load_balancers')
    .map(({ severity, path, message }) => `${severity} ${pathText(path.slice(2))}: ${message}`);
}

describe('normalised rules', () => {
  it('are absent if there are none or all are disabled', () => {
    expect(balancer([])).not.toHaveProperty('rules');
    expect(balancer([{ disabled: true, terminates: true }])).not.toHaveProperty('rules');
    expect(balancer([{ condition: 'dns.qry.type == 28', terminates: true }])).not.toHaveProperty('rules');
    expect(balancer([{ condition: 'true', terminates: true }]).rules).toEqual([
      { name: 'rule 1', terminates: true },
    ]);
  });

  it('that apply to no request are named, after those that do, with the reason', () => {
    const { rules, unused_rules } = balancer([
      { name: 'a', disabled: true, terminates: true },
      { name: 'a', terminates: true },
      { condition: 'dns.qry.type == 28', terminates: true },
    ]);
    expect(rules?.map(({ name }) => name)).toEqual(['a']);
    expect(unused_rules).toEqual([
      { kind: 'rule', name: 'a (2)', result: 'disabled' },
      { kind: 'rule', name: 'rule 3', result: 'never_true' },
    ]);
    expect(balancer([{ terminates: true }])).not.toHaveProperty('unused_rules');
  });

  it('are in the order of their priority, then of the file', () => {
    const rule = (name: string, priority?: number) => ({
      name,
      terminates: true,
      ...(priority === undefined ? {} : { priority }),
    });
    const { rules } = balancer([rule('c', 7), rule('a'), rule('d', 7), rule('b', 0)]);
    expect(rules?.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('have unique names', () => {
    const { rules } = balancer([
      { terminates: true },
      { name: 'x', terminates: true },
      { name: 'x', terminates: true },
    ]);
    expect(rules?.map(({ name }) => name)).toEqual(['rule 1', 'x', 'x (2)']);
  });

  it('hold the parsed condition, and none if it is always true', () => {
    const [always, host] =
      balancer([
        { condition: ' ', terminates: true },
        { condition: 'http.host == "a"', terminates: true },
      ]).rules ?? [];
    expect(always).toEqual({ name: 'rule 1', terminates: true });
    expect(host?.condition).toEqual({ op: 'eq', left: { field: 'http.host' }, right: 'a' });
  });

  it('terminate with a fixed response, with its defaults filled in', () => {
    expect(balancer([{ fixed_response: { message_body: 'back soon' } }]).rules).toEqual([
      {
        name: 'rule 1',
        terminates: true,
        fixed_response: {
          status_code: 200,
          content_type: 'text/plain; charset=utf-8',
          message_body: 'back soon',
        },
      },
    ]);
  });

  it('name pools by id, and have a weight for every pool that a rule may use', () => {
    const random_steering = { default_weight: 0.5, pool_weights: { canary: 0.1 } };
    const { rules, pool_weights } = balancer(
      [{ overrides: { default_pools: ['eu', 'canary'], fallback_pool: 'eu', random_steering } }],
      { default_pools: ['us'], random_steering: { default_weight: 0.7 } },
    );
    expect(rules?.[0]?.overrides).toMatchObject({
      default_pools: ['e1', 'canary'],
      fallback_pool: 'e1',
      pool_weights: { us: 0.5, e1: 0.5, canary: 0.1 },
    });
    expect(pool_weights).toEqual({ us: 0.7, e1: 0.7, canary: 0.7 });
  });

  it('with pools and no map use these pools for every request, even if the balancer steers by `geo`', () => {
    const country_pools = { DE: ['eu'] };
    expect(overridesOf({ default_pools: ['canary'] }, { country_pools })).toEqual({
      default_pools: ['canary'],
      region_pools: {},
      country_pools: {},
      pop_pools: {},
    });
    expect(overridesOf({ default_pools: ['canary'], pop_pools: { FRA: ['eu'] } }, { country_pools })).toEqual(
      {
        default_pools: ['canary'],
        pop_pools: { FRA: ['e1'] },
        steering_policy: 'geo',
      },
    );
    expect(overridesOf({ fallback_pool: 'us' }, { country_pools })).toEqual({ fallback_pool: 'us' });
  });

  it('resolve the steering policy as a balancer does', () => {
    const country_pools = { DE: ['eu'] };
    expect(overridesOf({ steering_policy: 'random' })).toEqual({ steering_policy: 'random' });
    expect(overridesOf({ steering_policy: '' })).toEqual({ steering_policy: 'off' });
    expect(overridesOf({ steering_policy: '' }, { country_pools })).toEqual({ steering_policy: 'geo' });
    expect(overridesOf({ country_pools })).toEqual({ country_pools: { DE: ['e1'] }, steering_policy: 'geo' });
    expect(overridesOf({ country_pools }, { steering_policy: 'random' })).toEqual({
      country_pools: { DE: ['e1'] },
    });
  });

  it('replace session affinity as a whole, or end it', () => {
    const fields = {
      session_affinity: 'cookie',
      session_affinity_ttl: 2_000,
      session_affinity_attributes: { samesite: 'Strict' },
    } as const;
    expect(overridesOf({ session_affinity: 'none' }, fields)).toEqual({ session: null });
    expect(overridesOf({ session_affinity_ttl: 3_000 }, fields)).toMatchObject({
      session: { by: 'cookie', ttl_ms: 3_000_000, samesite: 'Strict' },
    });
    expect(
      overridesOf({ session_affinity: 'header', session_affinity_attributes: { headers: ['X-A'] } }, fields),
    ).toMatchObject({ session: { by: 'header', ttl_ms: 1_800_000, headers: ['x-a'] } });
  });
});

describe('problems of rules', () => {
  it('reports every mistake in a condition with its place', () => {
    expect(said([{ condition: 'http.hots eq "a" or ip.src == 1.2.3', terminates: true }])).toEqual([
      'error rules[0].condition: at character 1, http.hots: unknown field "http.hots"; did you mean "http.host"?',
      'error rules[0].condition: at character 31, 1.2.3: got 1.2.3; allowed: one address; for a network write: in { … }',
    ]);
    expect(said([{ condition: '(', terminates: true }])).toEqual([
      'error rules[0].condition: at character 2: expected a field or a function, got the end',
    ]);
  });

  it('refuses unknown pools, wherever a rule names them', () => {
    const overrides = {
      default_pools: ['eu', 'x1'],
      fallback_pool: 'x2',
      region_pools: { WEU: ['x3'] },
      random_steering: { pool_weights: { x4: 1 } },
    };
    expect(said([{ overrides }]).map((each) => each.split(':')[0])).toEqual([
      'error rules[0].overrides.default_pools[1]',
      'error rules[0].overrides.fallback_pool',
      'error rules[0].overrides.region_pools.WEU[0]',
      'error rules[0].overrides.random_steering.pool_weights.x4',
    ]);
  });

  it('requires one effect, and warns about two or none', () => {
    expect(said([{ overrides: { fallback_pool: 'us' }, fixed_response: {} }])).toEqual([
      'warning rules[0].overrides: has no effect: `fixed_response` answers without an origin; remove one',
    ]);
    expect(said([{ name: 'idle', overrides: {}, fixed_response: null }])).toEqual([
      'warning rules[0]: has no effect: set `overrides`, `fixed_response` or `terminates`',
    ]);
  });

  it('refuses responses that cannot be sent', () => {
    const fixed = (fixed_response: unknown) => said([{ fixed_response }]);
    expect(fixed({ status_code: 204, message_body: 'x' })).toEqual([
      'error rules[0].fixed_response.message_body: a response with status 204 has no body; remove it',
    ]);
    expect(fixed({ status_code: 302 })).toEqual([
      'error rules[0].fixed_response.location: missing; status 302 needs it',
    ]);
    expect(fixed({ location: 'https://example.com' })).toEqual([
      'warning rules[0].fixed_response.location: clients do not follow it with status 200; set 302 to redirect',
    ]);
    expect(fixed({ content_type: 'a\r\nset-cookie: b' })[0]).toContain('a header value without line breaks');
    expect(fixed({ status_code: 99 })[0]).toContain('allowed: a whole number from 200 to 599');
  });

  it('requires coordinates of the pools that `proximity` then chooses among', () => {
    expect(said([{ overrides: { steering_policy: 'proximity', default_pools: ['canary'] } }])).toEqual([
      expect.stringContaining('error rules[0].overrides.default_pools[0]: pool "canary" has no coordinates'),
    ]);
    expect(said([{ overrides: { steering_policy: 'proximity' } }])).toEqual([
      expect.stringContaining('error default_pools[0]: pool "eu" has no coordinates'),
      expect.stringContaining('error default_pools[1]: pool "us" has no coordinates'),
    ]);
  });

  it('checks session affinity as for a balancer', () => {
    expect(said([{ overrides: { session_affinity: 'cookie', session_affinity_ttl: 5 } }])).toEqual([
      expect.stringContaining('error rules[0].overrides.session_affinity_ttl: got 5; allowed'),
    ]);
  });

  it('warns about fields for DNS', () => {
    expect(said([{ overrides: { ttl: 60, fallback_pool: 'us' } }])).toEqual([
      'warning rules[0].overrides.ttl: 60 has no effect: it is for DNS',
    ]);
  });
});
