import { describe, expect, it } from 'vitest';
import type { Rule, Session } from '../../../shared/model/config.ts';
import { effectiveBalancer } from '../../../shared/model/effective.ts';
import { balancer } from '../../support/normalised.ts';

const SESSION: Session = {
  by: 'cookie',
  ttl_ms: 1,
  cookie: 'c',
  samesite: 'Lax',
  secure: 'Auto',
  zero_downtime_failover: 'none',
  headers: [],
  require_all_headers: false,
};
const RULES: Rule[] = [
  { name: 'a', overrides: { default_pools: ['x'], steering_policy: 'random', session: null } },
  { name: 'b', overrides: { default_pools: ['y'] } },
  { name: 'c', terminates: true },
];

describe('effectiveBalancer', () => {
  const base = balancer({ rules: RULES, session: SESSION });

  it('is the balancer itself if no rule applies', () => {
    expect(effectiveBalancer(base, [])).toBe(base);
  });

  it('lets the later rule win, whatever the order of the names', () => {
    for (const names of [
      ['a', 'b'],
      ['b', 'a'],
    ])
      expect(effectiveBalancer(base, names)).toMatchObject({
        id: base.id,
        default_pools: ['y'],
        fallback_pool: 'p',
        steering_policy: 'random',
      });
  });

  it('removes session affinity, or keeps it', () => {
    expect(effectiveBalancer(base, ['a'])).not.toHaveProperty('session');
    expect(effectiveBalancer(base, ['b'])).toHaveProperty('session', SESSION);
  });

  it('is the same object for the same rules, and another one for another balancer', () => {
    expect(effectiveBalancer(base, ['a'])).toBe(effectiveBalancer(base, ['a']));
    expect(effectiveBalancer({ ...base }, ['a'])).not.toBe(effectiveBalancer(base, ['a']));
  });

  it('ignores names of rules that it does not have', () => {
    expect(effectiveBalancer(base, ['later'])).toEqual(base);
  });
});
