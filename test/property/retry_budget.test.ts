import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RetryBudget } from '../../workers/gateway/state/retry_budget.ts';
import { runs } from './runs.ts';

it('failed retries are at most percent * N + min_per_s * (10 s + T), so no outage is multiplied', () => {
  const step = fc.record({ requests: fc.nat(30), wait_ms: fc.constantFrom(0, 1, 50, 1_000, 20_000) });
  const rules = [
    { percent: 20, min_per_s: 10 },
    { percent: 0, min_per_s: 0.5 },
    { percent: 100, min_per_s: 0 },
  ];
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.constantFrom(...rules), (steps, rule) => {
      const budget = new RetryBudget();
      let now = 0;
      let requests = 0;
      let retries = 0;
      for (const { requests: more, wait_ms } of steps) {
        now += wait_ms;
        for (let i = 0; i < more; i++) {
          requests++;
          budget.request(rule, now);
          // Everything fails, and every request asks for four retries.
          for (let retry = 0; retry < 4; retry++) if (budget.take(rule, now)) retries++;
        }
      }
      const bound = (rule.percent / 100) * requests + rule.min_per_s * (10 + now / 1_000);
      // Sums of fifths are inexact.
      expect(retries).toBeLessThanOrEqual(bound + 1e-6);
    }),
    runs(),
  );
});
