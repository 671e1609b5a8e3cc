import { describe, expect, it } from 'vitest';
import type { Balancer } from '../../../../shared/model/config.ts';
import { Outliers } from '../../../../workers/gateway/ejection/outliers.ts';
import { compileConfig } from '../../../../workers/gateway/state/compiled_config.ts';
import { Guards } from '../../../../workers/gateway/state/guards.ts';
import { balancer, config, documentOf, origin, pool } from '../support.ts';

const compiled = (...balancers: Balancer[]) =>
  compileConfig(documentOf(config(balancers, [pool('p', ['a'])])));

describe('the budget for hedges', () => {
  const { budget: _, ...unlimited } = balancer().retry;
  const limited = { ...unlimited, budget: { percent: 20, min_per_s: 10 } };

  it.each([
    ['with a retry budget', balancer({ hedging: { after_ms: 10 }, retry: limited })],
    ['without a retry budget', balancer({ hedging: { after_ms: 10 }, retry: unlimited })],
  ])('is forgotten when a balancer %s is removed', (_, app) => {
    const guards = new Guards(new Outliers(() => 0));
    const before = guards.hedges(app);
    guards.keep(compiled(app), compiled(), 0);
    expect(guards.hedges(app)).not.toBe(before);
  });

  it('survives a configuration that does not change the balancer', () => {
    const app = balancer({ hedging: { after_ms: 10 }, retry: unlimited });
    const guards = new Guards(new Outliers(() => 0));
    const before = guards.hedges(app);
    guards.keep(compiled(app), compiled(app), 0);
    expect(guards.hedges(app)).toBe(before);
  });
});

describe('first-byte times', () => {
  const apps = Array.from({ length: 50 }, (_, i) =>
    balancer({ id: `app-${i}`, hedging: { percentile: 95 } }),
  );

  it('compare each origin once with its predecessor, however many balancers have times', () => {
    let reads = 0;
    const counted = (name: string) =>
      Object.defineProperty(origin('p', name), 'url', {
        get() {
          reads++;
          return `https://${name}.example.com`;
        },
      });
    const names = Array.from({ length: 100 }, (_, i) => `o${i}`);
    const published = () => compileConfig(documentOf(config(apps, [pool('p', names.map(counted))])));
    const guards = new Guards(new Outliers(() => 0));
    const times = apps.map((app) => guards.times(app));
    guards.keep(published(), published(), 0);
    expect(reads).toBe(2 * names.length);
    expect(apps.map((app) => guards.times(app))).toEqual(times);
    expect(guards.times(apps[0] ?? balancer())).toBe(times[0]);
  });

  it('are forgotten by all balancers when an origin changes', () => {
    const guards = new Guards(new Outliers(() => 0));
    const before = apps.map((app) => guards.times(app));
    const at = (address: string) =>
      compileConfig(documentOf(config(apps, [pool('p', [origin('p', 'a', { url: `https://${address}` })])])));
    guards.keep(at('a.example.com'), at('b.example.com'), 0);
    expect(apps.some((app, i) => guards.times(app) === before[i])).toBe(false);
  });
});
