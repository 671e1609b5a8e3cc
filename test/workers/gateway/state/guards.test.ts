import { describe, expect, it } from 'vitest';
import type { Balancer } from '../../../../shared/model/config.ts';
import { compileConfig } from '../../../../workers/gateway/state/compiled_config.ts';
import { Guards } from '../../../../workers/gateway/state/guards.ts';
import { balancer, config, documentOf, pool } from '../support.ts';

const compiled = (...balancers: Balancer[]) =>
  compileConfig(documentOf(config(balancers, [pool('p', ['a'])])));

describe('the budget for hedges', () => {
  const { budget: _, ...unlimited } = balancer().retry;
  const limited = { ...unlimited, budget: { percent: 20, min_per_s: 10 } };

  it.each([
    ['with a retry budget', balancer({ hedging: { after_ms: 10 }, retry: limited })],
    ['without a retry budget', balancer({ hedging: { after_ms: 10 }, retry: unlimited })],
  ])('is forgotten when a balancer %s is removed', (_, app) => {
    const guards = new Guards(() => 0);
    const before = guards.hedges(app);
    guards.keep(compiled(app), compiled(), 0);
    expect(guards.hedges(app)).not.toBe(before);
  });

  it('survives a configuration that does not change the balancer', () => {
    const app = balancer({ hedging: { after_ms: 10 }, retry: unlimited });
    const guards = new Guards(() => 0);
    const before = guards.hedges(app);
    guards.keep(compiled(app), compiled(app), 0);
    expect(guards.hedges(app)).toBe(before);
  });
});
