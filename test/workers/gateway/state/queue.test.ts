import { expect, it } from 'vitest';
import { Queue } from '../../../../workers/gateway/state/queue.ts';

it('offers a place that the first in line cannot use to the next', async () => {
  const queue = new Queue();
  const taken: string[] = [];
  const wait = (name: string, usable: boolean) =>
    queue.wait(5_000, () => {
      if (usable) taken.push(name);
      return usable;
    });
  const first = wait('first', false);
  const second = wait('second', true);
  queue.wake();
  expect([taken, queue.length, await second.taken]).toEqual([['second'], 1, true]);
  first.leave();
  expect([await first.taken, queue.length]).toEqual([false, 0]);
});
