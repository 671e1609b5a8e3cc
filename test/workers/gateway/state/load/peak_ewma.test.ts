import { describe, expect, it } from 'vitest';
import { PeakEwma } from '../../../../../workers/gateway/state/load/peak_ewma.ts';

const SECOND = 1_000;

describe('PeakEwma', () => {
  it('fades: 10 ms, decay 1 s, are between 9 and 10 after 100 ms (vector of tower-rs)', () => {
    const latency = new PeakEwma();
    expect(latency.of('p/a', 10, SECOND, 0)).toBe(10);
    const later = latency.of('p/a', 10, SECOND, 100);
    expect(later).toBeCloseTo(10 * Math.exp(-0.1), 9);
    expect(later).toBeGreaterThan(9);
  });

  it('takes a slower answer at once and in full', () => {
    const latency = new PeakEwma();
    latency.observe('p/a', 20, SECOND, 0);
    latency.observe('p/a', 500, SECOND, 10);
    expect(latency.of('p/a', 30, SECOND, 10)).toBe(500);
  });

  it('takes a faster answer gradually, and never rises because of it', () => {
    const latency = new PeakEwma();
    latency.observe('p/a', 500, SECOND, 0);
    latency.observe('p/a', 20, SECOND, 100);
    const kept = Math.exp(-0.1);
    expect(latency.of('p/a', 30, SECOND, 100)).toBeCloseTo(500 * kept + 20 * (1 - kept), 9);
  });
});
