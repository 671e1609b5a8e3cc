import { describe, expect, it } from 'vitest';
import { randomOf } from '../../../tools/project/random.ts';
import { Agenda } from '../../../tools/simulate/agenda.ts';

describe('Agenda', () => {
  it('runs thousands of actions in the order of their times', () => {
    const agenda = new Agenda();
    const random = randomOf(1, 'test');
    const seen: number[] = [];
    const delays = Array.from({ length: 5_000 }, () => Math.floor(random() * 1_000));
    for (const delay of delays) agenda.after(delay, () => seen.push(agenda.now));
    while (agenda.step());
    expect(seen).toEqual(delays.toSorted((a, b) => a - b));
  });

  it('runs actions that are due at the same moment in the order of entry', () => {
    const agenda = new Agenda();
    const seen: number[] = [];
    for (let i = 0; i < 100; i++) agenda.after(i % 2, () => seen.push(i));
    while (agenda.step());
    const even = Array.from({ length: 50 }, (_, i) => 2 * i);
    expect(seen).toEqual([...even, ...even.map((i) => i + 1)]);
  });

  it('counts a delay from the moment of entry', () => {
    const agenda = new Agenda();
    const seen: number[] = [];
    agenda.after(5, () => agenda.after(2, () => seen.push(agenda.now)));
    agenda.after(6, () => seen.push(agenda.now));
    while (agenda.step());
    expect(seen).toEqual([6, 7]);
    expect(agenda.step()).toBe(false);
  });
});
