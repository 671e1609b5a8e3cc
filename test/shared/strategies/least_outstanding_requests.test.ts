import { describe, expect, it } from 'vitest';
import { least_outstanding_requests } from '../../../shared/strategies/least_outstanding_requests.ts';
import { drawOf, options, tally, targets } from '../../support/rankings.ts';

describe('least_outstanding_requests', () => {
  it('names two finalists by requests in flight, even if a request has one attempt', () => {
    const list = targets({ a: 1, b: 1, c: 1 });
    const ranked = least_outstanding_requests.rank(list, {}, drawOf(1), options({ limit: 1 }));
    expect(ranked).toMatchObject({ finalists: 2, by: 'inflight' });
    expect(new Set(ranked.order).size).toBe(2);
  });

  it('never chooses the busiest of five, and the others as often as two choices should', () => {
    const list = targets({ a: 1, b: 1, c: 1, d: 1, e: 1 });
    const draw = drawOf(11);
    const winners = tally(
      Array.from({ length: 20_000 }, () => {
        const { order, finalists } = least_outstanding_requests.rank(list, {}, draw, options({ limit: 2 }));
        return order.slice(0, finalists).sort()[0];
      }),
    );
    // With loads a < b < … < e: 2(n - k) / (n(n - 1)) = .4 .3 .2 .1 0. Three standard deviations are below .011.
    expect(winners.get('e')).toBeUndefined();
    for (const [id, share] of Object.entries({ a: 0.4, b: 0.3, c: 0.2, d: 0.1 })) {
      expect(Math.abs((winners.get(id) ?? 0) / 20_000 - share)).toBeLessThan(0.011);
    }
  });
});
