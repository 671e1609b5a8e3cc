import fc from 'fast-check';
import { expect, it } from 'vitest';
import { poolOf, RULE, watch } from '../workers/gateway/ejection/outliers_support.ts';
import { runs } from './runs.ts';

it('never ejects more than half of a pool or its last origin, whatever happens', () => {
  const event = fc.record({
    origin: fc.nat(7),
    failed: fc.boolean(),
    times: fc.integer({ min: 1, max: 8 }),
    wait_ms: fc.constantFrom(0, 0, 0, 1_000, 10_000, 40_000),
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.constantFrom(50, 100),
      fc.array(event, { maxLength: 40 }),
      (count, max_ejection_percent, events) => {
        const names = 'abcdefgh'.slice(0, count);
        const { note, ejected, clock, readmit } = watch(
          poolOf(names, { outlier_detection: { ...RULE, max_ejection_percent } }),
        );
        for (const { origin, failed, times, wait_ms } of events) {
          clock.ms += wait_ms;
          readmit();
          for (let i = 0; i < times; i++) note(names[origin % count] ?? 'a', failed);
          const out = ejected().length;
          expect(out).toBeLessThan(count);
          expect(out).toBeLessThanOrEqual(Math.floor((count * max_ejection_percent) / 100));
        }
      },
    ),
    runs(),
  );
});
