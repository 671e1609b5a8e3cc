import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../shared/authoring/document.ts';
import { lift } from '../../../shared/authoring/lift.ts';
import type { Profile } from '../../../shared/authoring/normalise.ts';
import { parseConfig } from '../../../shared/authoring/parse.ts';
import type { ConfigFile } from '../../../shared/authoring/schema.ts';
import { nodeAt, unwrap } from '../../../shared/authoring/schema_node.ts';
import type { Config, Rule } from '../../../shared/model/config.ts';
import { balancer, config, pool } from '../../support/normalised.ts';
import { withoutUnusedRules } from '../../support/without_unused_rules.ts';
import { everything } from './everything.ts';
import { PUBLISHED_BODIES } from './published_bodies.ts';
import { sampleFile } from './sample.ts';

function parsed(file: unknown, profile: Profile = 'production'): Config {
  const { config, problems } = parseConfig(file, profile);
  if (config === undefined)
    throw new Error(JSON.stringify(problems.filter((one) => one.severity === 'error')));
  return config;
}

/** What is written for a file, after a check that it means the same. */
function lifted(file: unknown, profile: Profile = 'production'): ConfigFile {
  const before = parsed(file, profile);
  const written = lift(before, profile);
  const meaning = (config: Config) => canonicalJson(withoutUnusedRules(config));
  expect(meaning(parsed(written, profile))).toBe(meaning(before));
  return written;
}

/** A file with one balancer of these fields, over the pools `eu` and `us`. */
function over(fields: object, pools: object = {}) {
  const origins = [{ name: 'o', address: 'o.example.com' }];
  return {
    load_balancers: [{ name: 'a.example.com', default_pools: ['eu', 'us'], ...fields }],
    pools: ['eu', 'us', 'asia'].map((name) => ({ name, origins, ...pools })),
  };
}

/** What is written for the fields of a balancer. */
function liftedBalancer(fields: object) {
  return lifted(over(fields)).load_balancers?.[0];
}

describe('a file that is written for a configuration', () => {
  it('is the file by hand, if that has no descriptions and no defaults', () => {
    for (const profile of ['local', 'production'] as const)
      expect(lifted(sampleFile(), profile)).toEqual(sampleFile());
    expect(lifted({})).toEqual({});
  });

  it.each(Object.entries(PUBLISHED_BODIES))("means the same as a body of Cloudflare's API: %s", (_, body) => {
    const valid = (['local', 'production'] as const).filter((each) => parseConfig(body, each).config);
    expect(valid).toContain('local');
    for (const profile of valid) lifted(body, profile);
  });

  it('has the fields in the order of the documentation', () => {
    const file = lifted(everything());
    for (const list of ['load_balancers', 'pools', 'monitors'] as const) {
      const node = nodeAt([list, 0]);
      const order = Object.keys((node && unwrap(node).entries) ?? {});
      const written = Object.keys(file[list]?.[0] ?? {});
      expect(written.length).toBeGreaterThan(5);
      expect(written).toEqual(order.filter((key) => written.includes(key)));
    }
  });

  it('needs no field that a document of an older version may lack', () => {
    const { monitors: _, ...rest } = config([balancer()], [pool('p', ['one'])]);
    const file = lift(rest as Config, 'production');
    expect(file).toEqual({
      load_balancers: [
        {
          id: 'app',
          name: '*',
          default_pools: ['p'],
          retry: { attempts: 3, on_status: [502, 503, 504] },
          timeouts: { first_byte_ms: 200 },
        },
      ],
      pools: [
        {
          name: 'p',
          origins: [{ name: 'one', address: 'one.example.com' }],
          origin_steering: { policy: 'round_robin' },
          outlier_detection: { enabled: false },
        },
      ],
    });
  });
});

describe('origins of a written file', () => {
  const origin = (fields: object, profile: Profile, written_for?: Profile) => {
    const file = over({}, { origins: [{ name: 'o', address: 'o.example.com', ...fields }] });
    return lift(parsed(file, profile), written_for).pools?.[0]?.origins[0];
  };

  it('name their scheme only where it does not follow from port and profile', () => {
    expect(origin({}, 'production', 'production')).not.toHaveProperty('scheme');
    expect(origin({}, 'local', 'local')).not.toHaveProperty('scheme');
    expect(origin({ scheme: 'http' }, 'production', 'production')).toMatchObject({ scheme: 'http' });
    expect(origin({ port: 80 }, 'production', 'production')).not.toHaveProperty('scheme');
    expect(origin({ port: 80, scheme: 'https' }, 'production')).toMatchObject({ port: 80, scheme: 'https' });
    // Without a profile it must not depend on one.
    expect(origin({}, 'production')).toMatchObject({ scheme: 'https' });
    expect(origin({}, 'local')).toMatchObject({ scheme: 'http' });
    expect(origin({ port: 80 }, 'local')).not.toHaveProperty('scheme');
  });

  it('keep addresses of version 6 and their ports', () => {
    const fields = { address: '[2001:db8::1]', port: 8443 };
    const own = { name: 'o', address: '[2001:db8::1]', port: 8443, scheme: 'https' };
    expect(origin({ ...fields, scheme: 'https' }, 'local', 'local')).toEqual(own);
    expect(origin({ address: '[2001:db8::1]' }, 'local', 'local')).toEqual({
      name: 'o',
      address: '[2001:db8::1]',
    });
  });

  it('share a proxy and a permission through their pool', () => {
    const two = (first: object, second: object) =>
      lifted(
        over(
          {},
          {
            origins: [
              { name: 'x', address: 'x.internal', ...first },
              { name: 'y', ...second },
            ],
          },
        ),
      ).pools?.[0];
    const all = two(
      { proxy: 'eu-west', allow_private: true },
      { address: 'y.internal', proxy: 'eu-west', allow_private: true },
    );
    expect(all).toMatchObject({ proxy: 'eu-west', allow_private: true });
    expect(all?.origins[0]).toEqual({ name: 'x', address: 'x.internal' });
    const one = two({ proxy: 'eu', allow_private: true }, { address: 'y.example.com' });
    expect(one).not.toHaveProperty('proxy');
    expect(one?.origins).toEqual([
      { name: 'x', address: 'x.internal', proxy: 'eu', allow_private: true },
      { name: 'y', address: 'y.example.com' },
    ]);
  });

  it('may be the host of a load balancer, if they were', () => {
    const own = { name: 'o', address: 'a.example.com', allow_private: true };
    expect(lifted(over({}, { origins: [own] })).pools?.[0]).toMatchObject({ allow_private: true });
  });
});

describe('what a normalised configuration has lost', () => {
  it('is made up for: pools of rules that never apply keep their weights', () => {
    const rules = [{ name: 'off', disabled: true, overrides: { default_pools: ['asia'] } }];
    expect(liftedBalancer({ rules })).toMatchObject({
      rules: [{ disabled: true, overrides: { default_pools: ['asia'] } }],
    });
  });

  it('is made up for: a group all of whose members are disabled stays a group', () => {
    const monitors = [{ id: 'm' }];
    const monitor_groups = [{ id: 'g', members: [{ monitor_id: 'm', enabled: false }] }];
    const file = { ...over({}, { monitor: 'm', monitor_group: 'g' }), monitors, monitor_groups };
    expect(lifted(file)).toMatchObject({
      monitor_groups: [{ id: 'g', members: [] }],
      pools: [{ monitor_group: 'g' }, {}, {}],
    });
    expect(lifted(file).pools?.[0]).not.toHaveProperty('monitor');
  });

  it('is made up for: an empty policy is named where a rule with pool maps depends on it', () => {
    const overrides = { country_pools: { DE: ['us'] } };
    const written = liftedBalancer({ steering_policy: 'off', rules: [{ name: 'r', overrides }] });
    expect(written).toMatchObject({ steering_policy: 'off', rules: [{ overrides }] });
    expect(written?.rules?.[0]?.overrides).not.toHaveProperty('steering_policy');
    expect(liftedBalancer({ steering_policy: 'off' })).not.toHaveProperty('steering_policy');
    expect(liftedBalancer({ region_pools: { WEU: ['us'] } })).not.toHaveProperty('steering_policy');
  });

  it('is made up for: the policy geo of a pool set is the empty one', () => {
    const pool_sets = [{ name: 's', overrides: { fallback_pool: 'us', steering_policy: '' } }];
    expect(liftedBalancer({ region_pools: { WEU: ['us'] }, pool_sets })).toMatchObject({ pool_sets });
  });

  it('is made up for: two pool sets with the longest name', () => {
    const set = { name: 'n'.repeat(200), overrides: { pools: ['us'] } };
    expect(liftedBalancer({ pool_sets: [set, set] })).toMatchObject({ pool_sets: [set, set] });
  });

  it('is told by a disabled pool set, if its condition is of a newer version', () => {
    const set: Rule = {
      name: 's',
      condition: { op: 'is', left: { field: 'place.moon' } },
      overrides: { default_pools: ['p'] },
    };
    const file = lift(config([balancer({ pool_sets: [set] })], [pool('p', ['one'])]));
    expect(file.load_balancers?.[0]?.pool_sets).toMatchObject([{ name: 's', disabled: true }]);
  });
});

describe('parts of a written balancer', () => {
  it.each([
    ['retry', { on: ['timeout', 'gateway_error'] }],
    ['retry', { on: ['5xx'] }],
    ['retry', { on: ['reset', '5xx'], on_status: [429] }],
    ['retry', { on: [] }],
    ['retry', { on_status: [429] }],
    ['retry', { on: ['reset'], on_status: [502] }],
    ['metrics', { sample: 0.1 }],
    ['metrics', { sample: 0.333 }],
    ['metrics', { sample: 0.0001 }],
    ['rate_limit', { limiter: 'api' }],
    ['rate_limit', {}],
    ['steering_options', {}],
    ['steering_options', { key: ['path', 'header:x-user'], table_size: 251 }],
    ['random_steering', { default_weight: 0.5, pool_weights: { us: 0.25 } }],
    ['hedging', { percentile: 95 }],
    ['adaptive_routing', { failover_across_pools: true }],
  ])('are as by hand: %s %j', (field, value) => {
    const rules = [{ name: 'r', overrides: { default_pools: ['asia'] } }];
    expect(liftedBalancer({ [field]: value, rules })).toMatchObject({ [field]: value });
  });

  it('have sessions, and rules only what they change of them', () => {
    const session = {
      session_affinity: 'cookie',
      session_affinity_ttl: 3_600,
      session_affinity_attributes: { samesite: 'Lax', drain_duration: 0 },
    };
    const rules = [
      { name: 'none', overrides: { session_affinity: 'none' } },
      { name: 'same kind', overrides: { session_affinity: 'cookie', session_affinity_ttl: 7_200 } },
      { name: 'other kind', overrides: { session_affinity: 'ip_cookie', session_affinity_attributes: {} } },
    ];
    expect(liftedBalancer({ ...session, rules })).toEqual({
      name: 'a.example.com',
      default_pools: ['eu', 'us'],
      ...session,
      rules,
    });
  });

  it('have rules in their order, with conditions that mean the same', () => {
    const rules = [
      {
        name: 'late',
        priority: 2,
        condition: 'http.host == "a" && not ip.src in {10.0.0.0/8}',
        terminates: true,
      },
      { name: 'soon', priority: 1, fixed_response: { status_code: 503 } },
      { name: 'never', condition: 'false', overrides: { default_pools: ['us'] } },
    ];
    expect(liftedBalancer({ rules })?.rules).toEqual([
      { name: 'soon', fixed_response: { status_code: 503 } },
      { name: 'late', condition: 'http.host eq "a" and not ip.src in {10.0.0.0/8}', terminates: true },
    ]);
  });
});
