import { describe, expect, it } from 'vitest';
import { DeadlineError, within } from '../../../shared/time/within.ts';

describe('within', () => {
  it('returns a result that comes in time', async () => {
    expect(await within(1_000, Promise.resolve('answer'))).toBe('answer');
    expect(await within(1_000, 'answer')).toBe('answer');
  });

  it('throws an error that comes in time', async () => {
    await expect(within(1_000, Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  });

  it('throws when the time is over, and ignores a later failure', async () => {
    const late = new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 20));
    await expect(within(5, late)).rejects.toThrow(DeadlineError);
    await expect(late).rejects.toThrow('late');
  });
});
