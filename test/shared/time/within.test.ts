import { describe, expect, it } from 'vitest';
import { DeadlineError, within } from '../../../shared/time/within.ts';

describe('within', () => {
  it('hands on what comes in time, and what is there already', async () => {
    expect(await within(1_000, Promise.resolve('answer'))).toBe('answer');
    expect(await within(1_000, 'answer')).toBe('answer');
  });

  it('hands on an error that comes in time', async () => {
    await expect(within(1_000, Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  });

  it('gives up when the time is over, and lets the work fail later without a word', async () => {
    const late = new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 20));
    await expect(within(5, late)).rejects.toThrow(DeadlineError);
    await expect(late).rejects.toThrow('late');
  });
});
