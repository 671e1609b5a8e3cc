import { expect, it } from 'vitest';
import { Slots } from '../../../workers/health/slots.ts';

it('runs no more tasks at a time than it has slots, and all of them in the end', async () => {
  const slots = new Slots(2);
  let running = 0;
  let most = 0;
  const task = async (n: number) => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
    if (n === 1) throw new Error('one fails');
    return n;
  };
  const ended = await Promise.allSettled([0, 1, 2, 3, 4].map((n) => slots.run(() => task(n))));
  expect(most).toBe(2);
  expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', ...Array(3).fill('fulfilled')]);
});
