import { describe, expect, it } from 'vitest';
import { RetryBudget } from '../../../../workers/gateway/state/retry_budget.ts';

const RULE = { percent: 20, min_per_s: 0.3 };

function takeAll(budget: RetryBudget, now: number): number {
  let taken = 0;
  while (budget.take(RULE, now)) taken++;
  return taken;
}

describe('RetryBudget', () => {
  it('allows three retries if there are hardly any requests', () => {
    expect(takeAll(new RetryBudget(), 0)).toBe(3);
  });

  it('allows one more for every five requests', () => {
    const budget = new RetryBudget();
    for (let i = 0; i < 50; i++) budget.request(RULE, 0);
    expect(takeAll(budget, 0)).toBe(13);
  });

  it('pays back retries that brought an answer, so that none is refused however much of a pool is dead', () => {
    const budget = new RetryBudget();
    for (let i = 0; i < 1_000; i++) {
      budget.request(RULE, i);
      expect(budget.take(RULE, i)).toBe(true);
      budget.refund();
    }
  });

  it('regains its minimum some time after it was used up, and no more after a quiet time', () => {
    const budget = new RetryBudget();
    expect(takeAll(budget, 0)).toBe(3);
    expect(takeAll(budget, 1_000)).toBe(0);
    expect(takeAll(budget, 60_000)).toBe(2);
    for (let i = 0; i < 10_000; i++) budget.request(RULE, 60_000);
    expect(takeAll(budget, 200_000)).toBe(3);
  });

  it('allows no retry if it is configured so', () => {
    const budget = new RetryBudget();
    const none = { percent: 0, min_per_s: 0 };
    budget.request(none, 0);
    expect(budget.take(none, 0)).toBe(false);
  });
});
