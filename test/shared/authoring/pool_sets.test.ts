import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../shared/authoring/parse.ts';
import { pathText } from '../../../shared/authoring/problem.ts';
import type { Balancer } from '../../../shared/model/config.ts';

/** One balancer with these fields, over the pools `eu` (id `e1`), `us` and `jp`, all with a monitor. */
function parsed(fields: object) {
  const origins = [{ name: 'o', address: 'o.example.com' }];
  return parseConfig(
    {
      load_balancers: [{ name: 'app.example.com', default_pools: ['us'], ...fields }],
      pools: [
        { id: 'e1', name: 'eu', origins, monitor: 'm' },
        { name: 'us', origins, monitor: 'm' },
        { name: 'jp', origins, monitor: 'm' },
      ],
      monitors: [{ id: 'm' }],
    },
    'local',
  );
}

function balancer(fields: object): Balancer {
  const { config, problems } = parsed(fields);
  const [only] = config?.balancers ?? [];
  if (only === undefined) throw new Error(JSON.stringify(problems));
  return only;
}

/** The problems of a balancer: `severity path: message`, with the path from the balancer on. */
function said(fields: object): string[] {
  return parsed(fields)
    .problems.filter(({ path, severity }) => path[0] === 'load_balancers' && severity !== 'info')
    .map(({ severity, path, message }) => `${severity} ${pathText(path.slice(2))}: ${message}`);
}

const IN_GERMANY = { topology: { countries: ['DE'] } };

describe('a normalised pool set', () => {
  it('holds its condition, its pools by id, no pool map, and failover order if it names no policy', () => {
    const { pool_sets } = balancer({
      steering_policy: 'random',
      country_pools: { DE: ['us'] },
      pool_sets: [{ match: IN_GERMANY, overrides: { pools: ['eu', 'jp'] } }],
    });
    expect(pool_sets).toEqual([
      {
        name: 'pool set 1',
        condition: { op: 'in', left: { field: 'place.country' }, right: ['DE'] },
        overrides: {
          default_pools: ['e1', 'jp'],
          region_pools: {},
          country_pools: {},
          pop_pools: {},
          steering_policy: 'off',
        },
      },
    ]);
  });

  it('requires a request to match every list of its topology, and any code of a list', () => {
    const topology = { pops: ['FRA', 'MUC'], countries: ['DE'], regions: ['WEU'] };
    expect(
      balancer({ pool_sets: [{ match: { topology }, overrides: { pools: ['eu'] } }] }).pool_sets,
    ).toMatchObject([
      {
        condition: {
          op: 'and',
          of: [
            { op: 'in', left: { field: 'place.pop' }, right: ['FRA', 'MUC'] },
            { op: 'in', left: { field: 'place.country' }, right: ['DE'] },
            { op: 'in', left: { field: 'cf.load_balancer.region' }, right: ['WEU'] },
          ],
        },
      },
    ]);
  });

  it.each([{}, { match: { default: true } }])(
    'has no condition with %j: it matches every request',
    (match) => {
      const [set] = balancer({ pool_sets: [{ ...match, overrides: { pools: ['eu'] } }] }).pool_sets ?? [];
      expect(set).not.toHaveProperty('condition');
    },
  );

  it('can have its own weights, policy and fallback pool', () => {
    const overrides = {
      pools: ['eu', 'jp'],
      pool_weights: { eu: 0.9 },
      pool_default_weight: 0.1,
      fallback_pool: 'eu',
      steering_policy: 'random',
    };
    const { pool_sets, pool_weights } = balancer({ pool_sets: [{ match: IN_GERMANY, overrides }] });
    expect(pool_sets?.[0]?.overrides).toMatchObject({
      default_pools: ['e1', 'jp'],
      pool_weights: { e1: 0.9, jp: 0.1 },
      fallback_pool: 'e1',
      steering_policy: 'random',
    });
    expect(pool_weights).toEqual({ us: 1, e1: 1, jp: 1 });
  });

  it('is left out if it is disabled, and has a name that differs from every rule of its balancer', () => {
    const set = { overrides: { pools: ['eu'] } };
    const without = balancer({ pool_sets: [{ ...set, disabled: true }] });
    expect(without).not.toHaveProperty('pool_sets');
    expect(without.unused_rules).toMatchObject([{ kind: 'pool_set', result: 'disabled' }]);
    const { pool_sets, rules } = balancer({
      pool_sets: [{ ...set, name: 'x' }],
      rules: [{ name: 'x', terminates: true }],
    });
    expect([pool_sets?.[0]?.name, rules?.[0]?.name]).toEqual(['x', 'x (2)']);
  });

  it('can answer with a fixed response', () => {
    const fixed_response = { status_code: 451, message_body: 'not here' };
    expect(balancer({ pool_sets: [{ match: IN_GERMANY, fixed_response }] }).pool_sets).toMatchObject([
      { fixed_response: { status_code: 451, message_body: 'not here' } },
    ]);
  });
});

describe('the overrides of a rule', () => {
  it('can have the form of pool sets, with the same effect as the older form', () => {
    const flat = { pools: ['eu', 'jp'], pool_weights: { eu: 0.9 }, pool_default_weight: 0.1 };
    const older = {
      default_pools: ['eu', 'jp'],
      random_steering: { pool_weights: { eu: 0.9 }, default_weight: 0.1 },
    };
    expect(balancer({ rules: [{ overrides: flat }] })).toEqual(balancer({ rules: [{ overrides: older }] }));
  });

  it('are refused in both forms at once', () => {
    const overrides = {
      pools: ['eu'],
      default_pools: ['eu'],
      pool_default_weight: 1,
      random_steering: { default_weight: 1 },
    };
    expect(said({ rules: [{ overrides }] })).toEqual([
      'error rules[0].overrides.pools: set either `pools` or `default_pools`, which mean the same',
      'error rules[0].overrides.pool_default_weight: set either `pool_default_weight` or `random_steering`, which mean the same',
    ]);
  });
});

describe('problems of pool sets', () => {
  it.each<[string, object, string]>([
    ['neither pools nor an answer', { match: IN_GERMANY }, 'error pool_sets[0]: has no effect;'],
    [
      'an empty match',
      { match: {}, overrides: { pools: ['eu'] } },
      'error pool_sets[0].match: matches nothing;',
    ],
    [
      'an empty topology',
      { match: { topology: {} }, overrides: { pools: ['eu'] } },
      'error pool_sets[0].match.topology: is empty;',
    ],
    [
      'both default and topology',
      { match: { default: true, ...IN_GERMANY }, overrides: { pools: ['eu'] } },
      'error pool_sets[0].match.default: set either `default`',
    ],
    [
      'geo',
      { match: IN_GERMANY, overrides: { pools: ['eu'], steering_policy: 'geo' } },
      'error pool_sets[0].overrides.steering_policy: "geo" reads pool maps',
    ],
    [
      'a pool that does not exist',
      { match: IN_GERMANY, overrides: { pools: ['ue'] } },
      'error pool_sets[0].overrides.pools[0]: got "ue", but there is no pool with that name;',
    ],
    [
      'a weight of a pool that does not exist',
      { match: IN_GERMANY, overrides: { pools: ['eu'], pool_weights: { ue: 1 } } },
      'error pool_sets[0].overrides.pool_weights.ue: got "ue"',
    ],
    [
      'a country that does not exist',
      { match: { topology: { countries: ['UK'] } }, overrides: { pools: ['eu'] } },
      'warning pool_sets[0].match.topology.countries[0]: no request matches "UK", which is no country code of ISO 3166-1; did you mean "GB"?',
    ],
    [
      'several lists',
      { match: { topology: { countries: ['DE'], pops: ['FRA'] } }, overrides: { pools: ['eu'] } },
      'warning pool_sets[0].match.topology: a request must match all of `pops` and `countries`',
    ],
    [
      'a pool twice',
      { match: IN_GERMANY, overrides: { pools: ['eu', 'eu'] } },
      'warning pool_sets[0].overrides.pools[1]: "eu" is in this list already',
    ],
    [
      'a code twice',
      { match: { topology: { pops: ['FRA', 'FRA'] } }, overrides: { pools: ['eu'] } },
      'error pool_sets[0].match.topology.pops:',
    ],
  ])('%s', (_, set, start) => {
    const lines = said({ pool_sets: [set] });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.slice(0, start.length)).toBe(start);
  });

  it('warns about a set after one that matches every request', () => {
    const everybody = { overrides: { pools: ['eu'] } };
    expect(said({ pool_sets: [everybody, { match: IN_GERMANY, ...everybody }] })).toEqual([
      'warning pool_sets[1]: is never reached: pool_sets[0] comes first and matches every request; move it before that one',
    ]);
  });
});

describe('a mistake in a pool set', () => {
  const topology = { topology: { countries: ['DE'] } };
  const overrides = { pools: ['us'] };

  it.each([
    ['POOL_SET_NO_INTENT', { match: topology }],
    ['POOL_SET_DEFAULT_WITH_MATCH', { match: { default: true, ...topology }, overrides }],
    ['POOL_SET_EMPTY_TOPOLOGY', { match: { topology: {} }, overrides }],
    [
      'POOL_SET_TOPOLOGY_TOO_LARGE',
      { match: { topology: { pops: Array.from({ length: 1_001 }, () => 'FRA') } }, overrides },
    ],
  ])("is named %s, as in Cloudflare's API", (code, set) => {
    expect(said({ pool_sets: [set] }).join('\n')).toContain(code);
  });

  it("is named POOL_SETS_TOO_LARGE if there are more than a thousand, as in Cloudflare's API", () => {
    const sets = Array.from({ length: 1_001 }, () => ({ match: topology, overrides }));
    expect(said({ pool_sets: sets }).join('\n')).toContain('POOL_SETS_TOO_LARGE');
  });
});
