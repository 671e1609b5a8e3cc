import { describe, expect, it } from 'vitest';
import { type Lane, Slots } from '../../../../workers/health/probe/slots.ts';

it('never runs more tasks at a time than it has slots, and finally runs them all', async () => {
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

describe('two lanes', () => {
  /** Starts tasks that end only on request. @returns which tasks run, and a function that ends one */
  function setUp(slots: Slots) {
    const running: string[] = [];
    const ends = new Map<string, () => void>();
    const start = (name: string, lane: Lane) =>
      void slots.run(async () => {
        running.push(name);
        await new Promise<void>((end) => ends.set(name, end));
        running.splice(running.indexOf(name), 1);
      }, lane);
    const settle = () => new Promise((resolve) => setTimeout(resolve));
    const end = async (name: string) => {
      ends.get(name)?.();
      await settle();
    };
    return { running, start, settle, end };
  }

  it('give slow tasks at most half of the slots', async () => {
    const { running, start, settle, end } = setUp(new Slots(5));
    for (let n = 0; n < 12; n++) start(`slow${n}`, 'slow');
    for (let n = 0; n < 4; n++) start(`quick${n}`, 'quick');
    await settle();
    expect(running).toEqual(['slow0', 'slow1', 'quick0', 'quick1', 'quick2']);
    await end('quick0');
    expect(running).toContain('quick3');
    await end('quick1');
    await end('slow0');
    expect(running).toEqual(['slow1', 'quick2', 'quick3', 'slow2']);
  });

  it('give slow tasks at least one slot, however many quick tasks wait', async () => {
    const { running, start, settle, end } = setUp(new Slots(2));
    for (let n = 0; n < 9; n++) start(`quick${n}`, 'quick');
    start('slow', 'slow');
    await settle();
    expect(running).toEqual(['quick0', 'quick1']);
    await end('quick0');
    expect(running).toEqual(['quick1', 'slow']);
  });

  it('share a single slot', async () => {
    const { running, start, settle, end } = setUp(new Slots(1));
    start('slow', 'slow');
    start('quick', 'quick');
    await settle();
    expect(running).toEqual(['slow']);
    await end('slow');
    expect(running).toEqual(['quick']);
  });
});
