import { describe, expect, it } from 'vitest';
import { STRATEGIES } from '../../../shared/strategies/strategies.ts';
import { assertReplayable, levelOf, policiesMissing, steered } from '../../../tools/backtest/steered.ts';
import type { Steering } from '../../../tools/simulate/documents.ts';
import { shop } from './rows.ts';

const { config } = shop({ policy: 'hash', options: { key: 'path' } });

function replayable(steering: Steering) {
  const level = levelOf(steering.policy);
  return () => assertReplayable(steered(config, steering, level), steering, level, STRATEGIES);
}

describe('steered', () => {
  it('replaces the strategy and the options of all pools, and nothing else', () => {
    const changed = steered(config, { policy: 'peak_ewma', options: { decay_s: 3 } }, 'origins');
    expect(changed.pools['web']).toMatchObject({
      origin_policy: 'peak_ewma',
      origin_options: { decay_s: 3 },
    });
    expect(changed.pools['web']?.origins).toEqual(config.pools['web']?.origins);
    expect(changed.balancers).toEqual(config.balancers);
  });

  it('removes the options of the old strategy', () => {
    expect(steered(config, { policy: 'random' }, 'origins').pools['web']).not.toHaveProperty(
      'origin_options',
    );
  });

  it('removes a canary, because the strategy decides everything', () => {
    const { web } = config.pools;
    if (web === undefined) throw new Error('no pool');
    const canary = { policy: 'random', percent: 5, sticky: true } as const;
    const tried = {
      ...config,
      balancers: config.balancers.map((one) => ({ ...one, canary })),
      pools: { web: { ...web, canary } },
    };
    expect(steered(tried, { policy: 'off' }, 'origins').pools['web']).not.toHaveProperty('canary');
    expect(steered(tried, { policy: 'off' }, 'pools').balancers[0]).not.toHaveProperty('canary');
  });

  it('replaces the strategy of all load balancers at the level of pools', () => {
    const changed = steered(config, { policy: 'random' }, 'pools');
    expect(changed.balancers[0]?.steering_policy).toBe('random');
    expect(changed.pools).toEqual(config.pools);
  });

  it('refuses a strategy that a configuration could not have', () => {
    expect(() => steered(config, { policy: 'nope' }, 'origins')).toThrow('--strategy nope cannot be used');
    expect(() => steered(config, { policy: 'geo' }, 'origins')).toThrow('--strategy geo cannot be used');
    expect(() => steered(config, { policy: 'hash', options: { bounded_load: -1 } }, 'origins')).toThrow(
      '101',
    );
  });
});

describe('assertReplayable', () => {
  it.each(['random', 'peak_ewma', 'least_outstanding_requests', 'geo', 'priority'])('accepts %s', (policy) =>
    expect(replayable({ policy })).not.toThrow(),
  );

  it('accepts a hash of the path or of the client, and refuses a hash of a header', () => {
    expect(replayable({ policy: 'hash', options: { key: 'path' } })).not.toThrow();
    expect(replayable({ policy: 'hash' })).not.toThrow();
    expect(replayable({ policy: 'hash', options: { key: 'header:x-tenant' } })).toThrow(
      '--strategy: hash cannot be replayed, because it reads header:x-tenant, which traffic does not record; use "options": { "key": "path" } to replay it',
    );
  });

  it.each(['proximity', 'dynamic_latency', 'weighted_by_load', 'prequal'])('refuses %s', (policy) =>
    expect(replayable({ policy })).toThrow('which traffic does not record'),
  );
});

describe('policiesMissing', () => {
  it('lists published scripts, whose code is not available', () => {
    expect(policiesMissing(config, STRATEGIES)).toEqual([]);
    expect(policiesMissing(steered(config, { policy: 'script:mine' }, 'origins'), STRATEGIES)).toEqual([
      'script:mine',
    ]);
  });
});
