import { describe, expect, it } from 'vitest';
import type { Profile } from '../../../shared/authoring/normalise.ts';
import { parseConfig } from '../../../shared/authoring/parse.ts';
import { pathText } from '../../../shared/authoring/problem.ts';
import { policiesAt } from '../../../shared/strategies/strategies.ts';
import { sampleFile } from './sample.ts';

/** `path: message` of every error. */
function errors(data: unknown, profile: Profile = 'production'): string[] {
  return parseConfig(data, profile)
    .problems.filter(({ severity }) => severity === 'error')
    .map(({ path, message }) => `${pathText(path)}: ${message}`);
}

describe('parseConfig', () => {
  it('returns a configuration if there is no error', () => {
    const { config, problems } = parseConfig(sampleFile(), 'production');
    expect(config?.balancers[0]?.default_pools).toEqual(['eu']);
    expect(problems.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });

  it('returns no configuration if there is an error', () => {
    const file = { ...sampleFile(), monitors: [] };
    expect(parseConfig(file, 'production').config).toBeUndefined();
  });

  it('names every unknown field of an object, with a suggestion', () => {
    const balancer = { ...sampleFile().load_balancers[0], fallback: 'eu', regions_pool: {}, colour: 'red' };
    expect(errors({ ...sampleFile(), load_balancers: [balancer] })).toEqual([
      'load_balancers[0].fallback: unknown field; did you mean `fallback_pool`?',
      'load_balancers[0].regions_pool: unknown field; did you mean `region_pools`?',
      expect.stringMatching(/^load_balancers\[0\]\.colour: unknown field; allowed: id, name, path, /),
    ]);
  });

  it("does not offer fields that only Cloudflare's API sets, and accepts them", () => {
    const origin = { name: 'a', address: 'a.example.com', healthy: true, colour: 'red', failure_raeson: '' };
    const pools = sampleFile().pools.map((pool) => ({ ...pool, origins: [origin] }));
    const found = errors({ ...sampleFile(), pools });
    expect(found).toEqual(
      pools.flatMap((_, index) => [
        expect.stringContaining(`pools[${index}].origins[0].colour: unknown field; allowed: name, address, `),
        expect.stringContaining(`pools[${index}].origins[0].failure_raeson: unknown field; allowed: name, `),
      ]),
    );
    expect(found.join()).not.toMatch(/healthy|failure_reason|disabled_at/);
  });

  it('refuses fields with the names of object methods', () => {
    expect(errors({ ...sampleFile(), constructor: 1 })).toEqual([
      'constructor: unknown field; allowed: $schema, load_balancers, pools, monitors, monitor_groups, notifications',
    ]);
  });

  it('lists the allowed words for a wrong one, with a suggestion', () => {
    const balancer = { ...sampleFile().load_balancers[0], steering_policy: 'roundrobin' };
    const words = ['', ...policiesAt('pools')].map((word) => `"${word}"`).join(', ');
    expect(errors({ ...sampleFile(), load_balancers: [balancer] })).toEqual([
      `load_balancers[0].steering_policy: got "roundrobin"; allowed: one of ${words}, "script:NAME"; did you mean "round_robin"?`,
    ]);
  });

  it('reports a value that breaks two rules once', () => {
    const monitors = [{ id: 'http', interval: -1.5 }];
    expect(errors({ ...sampleFile(), monitors })).toEqual([
      'monitors[0].interval: got -1.5; allowed: a whole number from 5 to 3600',
    ]);
  });

  it('says what a missing field expects', () => {
    expect(errors({ ...sampleFile(), monitors: [{ id: 'http' }, {}] })).toEqual([
      'monitors[1].id: missing; expected: 1 to 64 letters, digits, "-" or "_"',
    ]);
  });

  it('runs the checks even if the schema finds errors', () => {
    const file = sampleFile();
    const pool = { ...file.pools[0], monitor: 'htpp', minimum_origins: 'one' };
    expect(errors({ ...file, pools: [pool] })).toEqual([
      'pools[0].minimum_origins: got "one"; allowed: a whole number from 0 to 1000',
      'pools[0].monitor: got "htpp", but there is no monitor with that name; allowed: http; did you mean "http"?',
    ]);
  });

  it('does not report a broken reference while a pool has an invalid name', () => {
    const file = sampleFile();
    expect(errors({ ...file, pools: [{ ...file.pools[0], name: 5 }] })).toEqual([
      'pools[0].name: got 5; allowed: a string',
    ]);
  });

  it.each([[null], [[]], ['text'], [{ load_balancers: {}, pools: [3, null, { origins: 'x' }] }]])(
    'refuses %j without failing itself',
    (data) => {
      expect(errors(data).length).toBeGreaterThan(0);
    },
  );

  it("accepts Cloudflare's answers, including read-only and unused fields", () => {
    const { config, problems } = parseConfig(FROM_CLOUDFLARE, 'production');
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(config?.balancers[0]).toMatchObject({
      default_pools: ['17b5962d775c646f3f9725cbc7a53df4'],
      steering_policy: 'geo',
    });
    expect(config?.pools['17b5962d775c646f3f9725cbc7a53df4']?.origins[0]?.host).toBe('www.example.com');
    const warned = problems
      .filter(({ severity }) => severity === 'warning')
      .map(({ path }) => pathText(path));
    expect(warned).toEqual([
      'pools[0].origins[0].header',
      'load_balancers[0].adaptive_routing.failover_across_pools',
      'load_balancers[0].session_affinity_attributes.drain_duration',
      'load_balancers[0].location_strategy',
      'pools[0].notification_email',
    ]);
  });
});

/** In the shape of the API's documented answers. */
const FROM_CLOUDFLARE = {
  load_balancers: [
    {
      id: '699d98642c564d2e855e9661899b7252',
      created_on: '2014-01-01T05:20:00.12345Z',
      modified_on: '2014-01-01T05:20:00.12345Z',
      description: 'Load Balancer for www.example.com',
      name: 'www.example.com',
      enabled: true,
      proxied: true,
      ttl: 30,
      zone_name: 'example.com',
      fallback_pool: '17b5962d775c646f3f9725cbc7a53df4',
      default_pools: ['17b5962d775c646f3f9725cbc7a53df4'],
      country_pools: { GB: ['17b5962d775c646f3f9725cbc7a53df4'] },
      pop_pools: { LHR: ['17b5962d775c646f3f9725cbc7a53df4'] },
      region_pools: { WNAM: ['17b5962d775c646f3f9725cbc7a53df4'] },
      random_steering: { default_weight: 0.2 },
      adaptive_routing: { failover_across_pools: true },
      location_strategy: { mode: 'resolver_ip', prefer_ecs: 'always' },
      networks: [],
      rules: [],
      session_affinity: 'cookie',
      session_affinity_attributes: { samesite: 'Auto', secure: 'Auto', drain_duration: 100 },
      steering_policy: '',
    },
  ],
  pools: [
    {
      id: '17b5962d775c646f3f9725cbc7a53df4',
      created_on: '2014-01-01T05:20:00.12345Z',
      modified_on: '2014-01-01T05:20:00.12345Z',
      disabled_at: null,
      description: 'Primary data center',
      name: 'primary-dc-1',
      enabled: true,
      minimum_origins: 1,
      monitor: 'f1aba936b94213e5b8dca0c0dbf1f9cc',
      check_regions: ['WEU', 'ENAM'],
      load_shedding: { default_percent: 0, default_policy: 'random' },
      notification_email: 'someone@example.com',
      notification_filter: null,
      origin_steering: { policy: 'random' },
      origins: [
        {
          name: 'app-server-1',
          address: 'origin.example.com',
          enabled: true,
          weight: 0.6,
          port: 0,
          flatten_cname: true,
          header: { Host: ['www.example.com'] },
          disabled_at: '2014-01-01T05:20:00.12345Z',
        },
      ],
    },
  ],
  monitors: [
    {
      id: 'f1aba936b94213e5b8dca0c0dbf1f9cc',
      created_on: '2014-01-01T05:20:00.12345Z',
      modified_on: '2014-01-01T05:20:00.12345Z',
      type: 'https',
      description: 'Login page monitor',
      method: 'GET',
      path: '/health',
      header: { Host: ['www.example.com'], 'X-App-ID': ['abc123'] },
      port: 8080,
      timeout: 3,
      retries: 0,
      interval: 90,
      consecutive_up: 0,
      consecutive_down: 0,
      expected_body: 'alive',
      expected_codes: '2xx',
      follow_redirects: true,
      allow_insecure: false,
      probe_zone: '',
    },
  ],
};
