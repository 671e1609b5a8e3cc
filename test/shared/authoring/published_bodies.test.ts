import { describe, expect, it } from 'vitest';
import type { Profile } from '../../../shared/authoring/normalise.ts';
import { parseConfig } from '../../../shared/authoring/parse.ts';
import { pathText } from '../../../shared/authoring/problem.ts';
import { PUBLISHED_BODIES } from './published_bodies.ts';

/** Paths of the problems of a body. */
function said(body: unknown, severity: 'error' | 'warning', profile: Profile): string[] {
  return parseConfig(body, profile)
    .problems.filter((problem) => problem.severity === severity)
    .map(({ path }) => pathText(path))
    .sort();
}

describe('a body of the API that was published', () => {
  it.each<[title: string, warnings: string[]]>([
    [
      'load balancer with rules for DNS, as the API answered in 2025',
      [
        'load_balancers[0].proxied',
        'load_balancers[0].rules[0].condition',
        'load_balancers[0].rules[0].overrides.location_strategy',
        'load_balancers[0].rules[1].condition',
        'load_balancers[0].rules[2].condition',
      ],
    ],
    ['pools, as the API answered in 2025', ['pools[0].origins[0].header']],
    [
      "disabled pool with a disabled origin, from cloudflare-go's tests",
      ['pools[0].check_regions', 'pools[0].notification_email', 'pools[0].origins[0].header'],
    ],
    ["pool without origins, from cloudflare-go's tests", ['pools[0].origins']],
    ["tcp monitor, as Terraform's provider sends it", []],
    ['load balancer that steers at random', []],
    ['nulls that the API documents', []],
    ['monitor type in capitals', []],
    ['codes of two classes', []],
    ['empty string for no monitor', []],
    ['pool sets, as Cloudflare documents them', ['load_balancers[0].pool_sets[1].overrides.steering_policy']],
  ])('is valid, with a warning where it asks for what is not done: %s', (title, warnings) => {
    const body = PUBLISHED_BODIES[title];
    expect(said(body, 'error', 'production')).toEqual([]);
    expect(said(body, 'warning', 'production')).toEqual(warnings);
  });

  it('is refused for a bare IP address, and valid locally', () => {
    const body = PUBLISHED_BODIES["examples of Cloudflare's API reference"];
    expect(said(body, 'error', 'production')).toEqual(['pools[0].origins[0].address']);
    expect(said(body, 'error', 'local')).toEqual([]);
  });
});

describe('values that the API writes differently', () => {
  const file = (balancer: object, monitor: object = {}, rule: object = {}) =>
    parseConfig(
      {
        load_balancers: [
          { name: 'a.example.com', default_pools: ['p', 'q'], rules: [{ name: 'r', ...rule }], ...balancer },
        ],
        pools: [
          { name: 'p', monitor: 'm', origins: [{ name: 'o', address: 'o.example.com' }] },
          { name: 'q', origins: [{ name: 'o', address: 'o.example.com' }] },
        ],
        monitors: [{ id: 'm', ...monitor }],
      },
      'production',
    );

  it('become the words of the schema', () => {
    const { config, problems } = file({ steering_policy: 'random_steering' });
    expect(config?.balancers[0]?.steering_policy).toBe('random');
    expect(problems.map(({ severity, message }) => `${severity} ${message}`)).toContain(
      'warning "random_steering" means "random"; write "random"',
    );
    expect(file({}, { type: 'TCP', port: 80 }).config?.monitors['m']?.type).toBe('tcp');
  });

  it('have the default if 0 means that they are not set', () => {
    const { config } = file(
      { session_affinity: 'cookie', session_affinity_ttl: 0 },
      { interval: 0, timeout: 0, retries: 0 },
      { fixed_response: { status_code: 0 } },
    );
    expect(config?.monitors['m']).toMatchObject({ interval_ms: 60_000, timeout_ms: 5_000, retries: 0 });
    expect(config?.balancers[0]?.session?.ttl_ms).toBe(82_800_000);
    expect(config?.balancers[0]?.rules?.[0]?.fixed_response?.status_code).toBe(200);
  });

  it('are refused if a Worker cannot do it, with what to do instead', () => {
    const message = (monitor: object) =>
      file({}, monitor).problems.find(({ severity }) => severity === 'error')?.message;
    for (const type of ['icmp_ping', 'UDP_ICMP'])
      expect(message({ type })).toMatch(
        /^got "\w+": a Worker can send neither ICMP nor SMTP; set "tcp" and a `port`/,
      );
    expect(message({ type: 'smtp' })).toContain('port 25 is closed to Workers');
    expect(message({ type: 'https', method: 'connection_established' })).toContain('set "GET"');
  });

  it('let a monitor group win over a monitor', () => {
    const { config, problems } = parseConfig(
      PUBLISHED_BODIES["examples of Cloudflare's API reference"],
      'local',
    );
    expect(Object.values(config?.pools ?? {})[0]).toMatchObject({
      monitor: 'monitor_group',
      monitor_group: 'monitor_group',
    });
    expect(problems.map(({ path }) => pathText(path))).toContain('pools[0].monitor');
  });
});

it('make a valid configuration of an empty account', () => {
  const lists = { load_balancers: null, pools: null, monitors: null, monitor_groups: null };
  for (const account of [{ load_balancers: [], pools: [] }, lists, {}]) {
    const { config, problems } = parseConfig(account, 'production');
    expect(config).toEqual({ balancers: [], pools: {}, monitors: {} });
    expect(problems.map(({ severity, message }) => `${severity} ${message}`)).toEqual([
      'warning the list is empty, so every request gets 404; add a load balancer',
    ]);
  }
});
