import { describe, expect, it } from 'vitest';
import { shareAt, sumOf } from '../../../shared/balancing/share_at.ts';

describe('shareAt', () => {
  it.each([
    [0, 0],
    [4.9, 0],
    [5, 1],
    [6, 3],
    [7.9, 3],
    [8, -1],
  ])('finds where %d falls among shares of 5, 1, 0 and 2', (at, index) => {
    expect(shareAt([5, 1, 0, 2], at)).toBe(index);
  });

  it('finds nothing among no shares', () => {
    expect(shareAt([], 0)).toBe(-1);
    expect(sumOf([])).toBe(0);
  });
});
