import { describe, expect, it } from 'vitest';
import { poolState } from '../../../shared/balancing/pool_state.ts';
import type { OriginState } from '../../../shared/contracts/health.ts';

describe('poolState', () => {
  it.each<[string, OriginState[], number, string]>([
    ['every origin is up', ['up', 'up'], 1, 'healthy'],
    ['one is down and enough are left', ['up', 'down'], 1, 'degraded'],
    ['one is degraded', ['up', 'degraded'], 2, 'degraded'],
    ['fewer than minimum_origins can serve', ['up', 'down'], 2, 'critical'],
    ['all are down', ['down', 'down'], 1, 'critical'],
    ['all are down, although the minimum is 0', ['down'], 0, 'critical'],
    ['it has no enabled origin', [], 1, 'critical'],
    ['nothing is known', ['unknown', 'unknown'], 2, 'unknown'],
    ['part of it is not known', ['up', 'unknown'], 2, 'unknown'],
  ])('when %s', (_, states, minimum, expected) => {
    expect(poolState(states, minimum)).toBe(expected);
  });
});
