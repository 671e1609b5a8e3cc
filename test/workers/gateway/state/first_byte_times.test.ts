import { describe, expect, it } from 'vitest';
import { FirstByteTimes } from '../../../../workers/gateway/state/first_byte_times.ts';

describe('FirstByteTimes', () => {
  it.each([
    [50, 500],
    [95, 950],
    [99, 990],
  ])('knows the %i-th percentile to within a tenth', (percent, exact) => {
    const times = new FirstByteTimes();
    for (let ms = 1; ms <= 1_000; ms++) times.note(ms, 0);
    const found = times.percentile(percent, 0) ?? 0;
    expect(found).toBeGreaterThanOrEqual(exact);
    expect(found).toBeLessThanOrEqual(Math.ceil(exact * 1.1));
  });

  it('returns nothing before five answers lie above the percentile', () => {
    const times = new FirstByteTimes();
    for (let i = 0; i < 99; i++) times.note(10, 0);
    expect(times.percentile(95, 0)).toBeUndefined();
    for (let i = 0; i < 2; i++) times.note(10, 0);
    expect(times.percentile(95, 0)).toBeGreaterThanOrEqual(10);
  });

  it('keeps times younger than half a minute, and forgets those older than a minute', () => {
    const times = new FirstByteTimes();
    for (let i = 0; i < 200; i++) times.note(1_000, 100_000);
    expect(times.percentile(95, 129_000)).toBeGreaterThanOrEqual(1_000);
    for (let i = 0; i < 2_000; i++) times.note(10, 131_000);
    expect(times.percentile(50, 131_000)).toBeLessThan(12);
    expect(times.percentile(95, 131_000)).toBeGreaterThanOrEqual(1_000);
    expect(times.percentile(95, 162_000)).toBeLessThan(12);
    expect(times.percentile(95, 300_000)).toBeUndefined();
  });

  it('counts times beyond its buckets in the outermost bucket', () => {
    const times = new FirstByteTimes();
    for (let i = 0; i < 20; i++) times.note(0, 0);
    expect(times.percentile(50, 0)).toBeLessThanOrEqual(2);
    for (let i = 0; i < 100; i++) times.note(10_000_000, 0);
    expect(times.percentile(50, 0)).toBeGreaterThanOrEqual(100_000);
  });
});
