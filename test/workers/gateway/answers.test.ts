import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../shared/contracts/selection.ts';
import { Answers, STALE_MS } from '../../../workers/gateway/answers.ts';
import { rotating } from './support.ts';

const answer = (want: number, change: Partial<Answer> = {}) =>
  rotating(
    ['p/a', 'p/b'],
    change,
  )({ balancer: 'app', facts: {}, want, config_version: 1, health_version: 0 });

describe('Answers', () => {
  it('hands out each ranking of a `once` answer a single time', () => {
    const answers = new Answers();
    answers.keep('', answer(3), 0);
    const taken = [0, 1, 2, 3].map((now) => answers.take('', now)?.ranking.origins[0]);
    expect(taken).toEqual(['p/a', 'p/b', 'p/a', undefined]);
  });

  it('hands out a `repeat` answer in turn until it ages', () => {
    const answers = new Answers();
    answers.keep('', answer(2, { use: 'repeat', max_age_ms: 100 }), 0);
    const taken = [0, 1, 2, 99, 100].map((now) => answers.take('', now)?.ranking.origins[0]);
    expect(taken).toEqual(['p/a', 'p/b', 'p/a', 'p/b', undefined]);
  });

  it('keeps answers apart by the facts they vary on', () => {
    const answers = new Answers();
    answers.keep('DE', answer(1), 0);
    expect(answers.take('FR', 0)).toBeUndefined();
    expect(answers.take('DE', 0)).toBeDefined();
  });

  it('asks for a refill when a quarter is left, once in a while and not at every request', () => {
    const answers = new Answers();
    answers.keep('', answer(8), 0);
    const refills = Array.from({ length: 8 }, () => answers.take('', 0)?.refill);
    expect(refills).toEqual([false, false, false, false, false, true, false, false]);
  });

  it('uses up what is left of an answer before its refill, so that no turn is skipped', () => {
    const answers = new Answers();
    answers.keep('', answer(4), 0);
    for (let i = 0; i < 3; i++) answers.take('', 0);
    answers.keep('', answer(2), 0);
    const taken = [0, 1, 2, 3].map((now) => answers.take('', now)?.ranking.origins[0]);
    expect(taken).toEqual(['p/b', 'p/a', 'p/b', undefined]);
  });

  it('hands out stale rankings for a while, and then no more', () => {
    const answers = new Answers();
    answers.keep('', answer(1, { max_age_ms: 100 }), 0);
    answers.take('', 0);
    expect(answers.take('', 1)).toBeUndefined();
    expect(answers.takeStale('', 100 + STALE_MS - 1)).toBeDefined();
    expect(answers.takeStale('', 100 + STALE_MS)).toBeUndefined();
  });

  it('asks for as many rankings as the last second used, within bounds', () => {
    const answers = new Answers();
    expect(answers.want('', 0)).toBe(8);
    answers.keep('', answer(100), 0);
    for (let i = 0; i < 50; i++) answers.take('', 0);
    expect(answers.want('', 1_000)).toBe(50);
    expect(answers.want('', 10)).toBe(256);
    expect(answers.want('', 1_000_000)).toBe(8);
  });

  it('forgets the least recently kept beyond 256 of them', () => {
    const answers = new Answers();
    for (let i = 0; i <= 256; i++) answers.keep(`k${i}`, answer(1), 0);
    expect(answers.take('k0', 0)).toBeUndefined();
    expect(answers.take('k1', 0)).toBeDefined();
    expect(answers.take('k256', 0)).toBeDefined();
  });
});
