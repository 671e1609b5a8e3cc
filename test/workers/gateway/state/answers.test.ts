import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../../shared/contracts/selection.ts';
import { Answers, MAX_KEPT, MAX_SCOPES } from '../../../../workers/gateway/state/answers.ts';
import { STALE_MS } from '../../../../workers/gateway/state/kept_answer.ts';
import { rotating } from '../support.ts';

const answer = (want: number, change: Partial<Answer> = {}) =>
  rotating(
    ['p/a', 'p/b'],
    change,
  )({ balancer: 'app', facts: {}, want, config_version: 1, health_version: 0 });

describe('Answers', () => {
  it('hands out each ranking of a `once` answer once', () => {
    const answers = new Answers();
    answers.keep(0, answer(3), 0);
    const taken = [0, 1, 2, 3].map((now) => answers.take(0, now)?.ranking.origins[0]);
    expect(taken).toEqual(['p/a', 'p/b', 'p/a', undefined]);
  });

  it('hands out a `repeat` answer in turn until it ages', () => {
    const answers = new Answers();
    answers.keep(0, answer(2, { use: 'repeat', max_age_ms: 100 }), 0);
    const taken = [0, 1, 2, 99, 100].map((now) => answers.take(0, now)?.ranking.origins[0]);
    expect(taken).toEqual(['p/a', 'p/b', 'p/a', 'p/b', undefined]);
  });

  it('keeps an answer for each combination of the facts it varies on', () => {
    const answers = new Answers();
    answers.keep(1, answer(1), 0);
    expect(answers.take(2, 0)).toBeUndefined();
    expect(answers.take(1, 0)).toBeDefined();
  });

  it('asks for a refill when a quarter is left or three quarters of its age are over', () => {
    const answers = new Answers();
    answers.keep(0, answer(8), 0);
    const refills = Array.from({ length: 8 }, () => answers.take(0, 0)?.refill);
    expect(refills).toEqual([false, false, false, false, false, true, true, true]);
    answers.keep(1, answer(8, { max_age_ms: 100 }), 0);
    expect([74, 75].map((now) => answers.take(1, now)?.refill)).toEqual([false, true]);
  });

  it('uses up an answer before its refill, so that no turn is skipped', () => {
    const answers = new Answers();
    answers.keep(0, answer(4), 0);
    for (let i = 0; i < 3; i++) answers.take(0, 0);
    answers.keep(0, answer(2), 0);
    const taken = [0, 1, 2, 3].map((now) => answers.take(0, now)?.ranking.origins[0]);
    expect(taken).toEqual(['p/b', 'p/a', 'p/b', undefined]);
  });

  it('hands out stale rankings only for a while', () => {
    const answers = new Answers();
    answers.keep(0, answer(1, { max_age_ms: 100 }), 0);
    answers.take(0, 0);
    expect(answers.take(0, 1)).toBeUndefined();
    expect(answers.takeStale(0, 100 + STALE_MS - 1)).toBeDefined();
    expect(answers.takeStale(0, 100 + STALE_MS)).toBeUndefined();
  });

  it('drops unused rankings of another version, and those older than three times their age', () => {
    const left = (change: Partial<Answer>, now: number) => {
      const answers = new Answers();
      answers.keep(0, answer(4, { max_age_ms: 100 }), 0);
      answers.take(0, 0);
      answers.keep(0, answer(2, { max_age_ms: 100, ...change }), now);
      return Array.from({ length: 9 }, () => answers.take(0, now)).filter((taken) => taken !== undefined)
        .length;
    };
    expect(left({}, 99)).toBe(5);
    expect(left({}, 299)).toBe(5);
    expect(left({}, 300)).toBe(2);
    const changes = [
      { strategy: 'off/random' },
      { version: 's2' },
      { config_version: 2 },
      { health_version: 1 },
    ];
    for (const change of changes) expect(left(change, 99)).toBe(2);
  });

  it('holds at most 512 rankings under one key', () => {
    const answers = new Answers();
    for (let i = 0; i < 5; i++) answers.keep(0, answer(256), 0);
    let taken = 0;
    while (answers.take(0, 0) !== undefined) taken++;
    expect(taken).toBe(512);
  });

  it('asks for as many rankings as the last second used, minus those left', () => {
    const answers = new Answers();
    expect(answers.want(0, 0)).toBe(8);
    answers.keep(0, answer(100), 0);
    for (let i = 0; i < 50; i++) answers.take(0, 0);
    expect(answers.want(0, 500)).toBe(50);
    expect(answers.want(0, 1_000)).toBe(1);
    expect(answers.want(0, 10)).toBe(150);
    for (let i = 0; i < 50; i++) answers.take(0, 0);
    expect(answers.want(0, 1_000)).toBe(100);
    expect(answers.want(0, 1_000_000)).toBe(8);
  });

  it('asks for enough rankings for all waiting requests, and for those that the last answer lacked', () => {
    const answers = new Answers();
    expect(answers.want(0, 0, 30)).toBe(30);
    expect(answers.want(0, 0, 1_000)).toBe(256);
    answers.keep(0, answer(8), 0, 10_000, 64);
    for (let i = 0; i < 8; i++) answers.take(0, 0);
    expect(answers.want(0, 60_000, 1)).toBe(56);
  });

  it('asks for as many rankings as before after everything was forgotten', () => {
    const answers = new Answers();
    answers.keep(0, answer(200), 0);
    for (let i = 0; i < 100; i++) answers.take(0, 0);
    answers.clear(1_000);
    expect(answers.take(0, 1_000)).toBeUndefined();
    expect(answers.want(0, 1_000)).toBe(100);
  });

  it('keeps at most 1 MB more rankings for many keys because one key was busy before', () => {
    const answers = new Answers();
    answers.keep(0, answer(256), 0);
    for (let i = 0; i < 256; i++) answers.take(0, 0);
    answers.clear(1_000);
    let rankings = 0;
    for (let key = 0; key < MAX_KEPT; key++) {
      const want = answers.want(key, 1_000);
      rankings += want;
      answers.keep(key, answer(want), 1_000);
    }
    expect(rankings).toBeLessThanOrEqual(16 * 256 + MAX_KEPT * 8);
  });

  it('forgets the least recently used answer beyond its bound', () => {
    const answers = new Answers();
    for (let key = 0; key < MAX_KEPT; key++) answers.keep(key, answer(4), 0);
    answers.take(0, 0);
    answers.keep(MAX_KEPT, answer(1), 0);
    expect(answers.take(0, 0)).toBeDefined();
    expect(answers.take(1, 0)).toBeUndefined();
    expect(answers.take(2, 0)).toBeDefined();
    expect(answers.take(MAX_KEPT, 0)).toBeDefined();
  });

  it('remembers the scopes used last, up to its bound', () => {
    const answers = new Answers();
    for (let rule = 0; rule < MAX_SCOPES; rule++) answers.scope(`r${rule}`).vary = ['path'];
    answers.scope('r0');
    answers.scope('one more');
    expect(answers.scope('r0').vary).toEqual(['path']);
    expect(answers.scope('r1').vary).toEqual([]);
  });
});
