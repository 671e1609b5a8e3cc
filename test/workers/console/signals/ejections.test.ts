import { describe, expect, it } from 'vitest';
import { ejectionsInForce } from '../../../../workers/console/signals/ejections.ts';
import { NOW } from '../fixture.ts';

const row = (kind: 'ejection' | 'readmission', age_s: number, until_s: number, more: object = {}) => ({
  kind,
  at_s: String(NOW / 1_000 - age_s),
  until_ms: until_s * 1_000,
  origin: 'p/a',
  reason: 'consecutive_failures',
  isolates: '1',
  ...more,
});
const end = (in_s: number) => new Date(NOW + in_s * 1_000).toISOString();

describe('ejectionsInForce', () => {
  it('returns current ejections with the last end, the newest reason and the number of isolates', () => {
    const rows = [
      row('ejection', 2, 30, { reason: 'failure_percent' }),
      row('ejection', 5, 60),
      row('ejection', 100, 30),
      row('ejection', 40, 30, { origin: 'p/b' }),
    ];
    expect([...ejectionsInForce(rows, NOW)]).toEqual([
      ['p/a', { isolates: 2, until: end(55), reason: 'failure_percent' }],
    ]);
  });

  it('counts the isolates that a sampled row stands for', () => {
    expect(ejectionsInForce([row('ejection', 1, 30, { isolates: '10' })], NOW).get('p/a')?.isolates).toBe(10);
  });

  it('omits only the ejection that a readmission ended early', () => {
    const rows = [row('readmission', 1, 4), row('ejection', 2, 30), row('ejection', 5, 30)];
    expect(ejectionsInForce(rows, NOW).get('p/a')).toMatchObject({ isolates: 1, until: end(28) });
    expect(ejectionsInForce([row('readmission', 1, 4), row('ejection', 5, 30)], NOW).size).toBe(0);
  });
});
