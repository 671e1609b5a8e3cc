import { describe, expect, it } from 'vitest';
import { elapsed, pending } from '../../../shared/time/clock.ts';

describe('elapsed', () => {
  it('counts milliseconds, and is infinite if the clock was set back', () => {
    expect(elapsed(100, 100)).toBe(0);
    expect(elapsed(100, 350)).toBe(250);
    expect(elapsed(101, 100)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('pending', () => {
  it.each([
    ['is', 1_000, 1_100, 100, true],
    ['is no longer when it is there', 1_100, 1_100, 100, false],
    ['is no longer when the clock was set back before it was set', 999, 1_100, 100, false],
  ])('%s', (_, now, until, within_ms, expected) => {
    expect(pending(until, now, within_ms)).toBe(expected);
  });
});
