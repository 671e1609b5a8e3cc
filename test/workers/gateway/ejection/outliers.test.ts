import { describe, expect, it } from 'vitest';
import { pool } from '../support.ts';
import { health, poolOf, RULE, watch } from './outliers_support.ts';

describe('Outliers: which origins are ejected', () => {
  it('ejects after five failures in a row, not after four', () => {
    const { fail, note, ejected } = watch(poolOf('abc'));
    expect(fail('a', 4)).toBeUndefined();
    expect(note('a', true)).toEqual({
      kind: 'ejection',
      origin: 'p/a',
      pool: 'p',
      reason: 'consecutive_failures',
      times: 1,
      duration_ms: 30_000,
    });
    expect(ejected()).toEqual(['a']);
  });

  it('starts again from 0 after each success', () => {
    const { fail, note, ejected } = watch(poolOf('abc'));
    for (let i = 0; i < 10; i++) {
      fail('a', 4);
      note('a', false);
    }
    expect(ejected()).toEqual([]);
  });

  const patient = (names: string) =>
    poolOf(names, { outlier_detection: { ...RULE, consecutive_failures: 1_000 } });

  it('ejects by the share of failures if there are two origins and enough requests', () => {
    const five_of_six = watch(patient('ab'));
    for (let i = 1; i <= 200; i++) five_of_six.note('a', i % 6 !== 0);
    expect(five_of_six.ejected()).toEqual([]);
    const six_of_seven = watch(patient('ab'));
    for (let i = 1; i <= 49; i++) six_of_seven.note('a', i % 7 !== 0);
    expect(six_of_seven.ejected()).toEqual([]);
    expect(six_of_seven.note('a', true)).toMatchObject({ reason: 'failure_percent' });
  });

  it('does not add up the requests of several intervals', () => {
    const { note, clock, ejected } = watch(patient('ab'));
    for (let interval = 0; interval < 5; interval++) {
      for (let i = 0; i < 49; i++) note('a', true);
      clock.ms += 10_000;
    }
    expect(ejected()).toEqual([]);
  });

  it.each([
    ['a', 0],
    ['ab', 1],
    ['abc', 1],
    ['abcd', 2],
    ['abcde', 2],
  ])('of %s ejects %i at most', (names, most) => {
    const { fail, ejected } = watch(poolOf(names));
    for (const name of names) fail(name, 20);
    expect(ejected()).toHaveLength(most);
  });

  it('ejects an origin that was one too many as soon as the limit allows it', () => {
    const { fail, clock, ejected, readmit } = watch(poolOf('abc'));
    fail('a', 5);
    fail('b', 5);
    expect(ejected()).toEqual(['a']);
    clock.ms += 30_000;
    readmit();
    fail('b', 1);
    expect(ejected()).toEqual(['b']);
  });

  it('keeps the last origin that active checks have not found down', () => {
    const { fail, note, ejected, know, clock } = watch(poolOf('abcd', { monitor: 'm' }));
    know(health({ a: ['down', 0], b: ['down', 0], c: ['down', 0], d: ['up', 0] }, clock.ms));
    fail('d', 50);
    expect(note('d', true)).toBe('kept');
    expect(ejected()).toEqual([]);
    know(health({ a: ['unknown', 0], b: ['down', 0], c: ['down', 0], d: ['up', 0] }, clock.ms));
    fail('d', 1);
    expect(ejected()).toEqual(['d']);
  });

  it('does not count on origins that take no new traffic', () => {
    const origins = poolOf('abc').origins.map((one, i) => (i === 0 ? one : { ...one, weight: 0 }));
    const { fail, ejected } = watch(poolOf('abc', { origins }));
    fail('a', 50);
    expect(ejected()).toEqual([]);
  });

  it('is off for a pool that does not configure it', () => {
    const { fail, outliers } = watch(pool('p', ['a', 'b']));
    fail('a', 50);
    expect(outliers.quiet).toBe(true);
  });
});

describe('Outliers: for how long', () => {
  it('lasts 30 s times the number of ejections in a row, 300 s at most', () => {
    const { fail, clock } = watch(poolOf('ab'));
    const seconds = Array.from({ length: 12 }, () => {
      const { duration_ms = 0 } = fail('a', 5) ?? {};
      clock.ms += duration_ms;
      return duration_ms / 1_000;
    });
    expect(seconds).toEqual([30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300, 300]);
  });

  it('forgives one ejection for each interval without one', () => {
    const { fail, clock } = watch(poolOf('ab'));
    for (let i = 0; i < 3; i++) clock.ms += fail('a', 5)?.duration_ms ?? 0;
    clock.ms += 20_000;
    expect(fail('a', 5)).toMatchObject({ times: 2, duration_ms: 60_000 });
  });

  it('is lengthened by up to a tenth at random', () => {
    expect(watch(poolOf('ab'), () => 0.5).fail('a', 5)).toMatchObject({ duration_ms: 31_500 });
  });

  it('ignores results of an ejected origin, because it is tried only as the last resort', () => {
    const { fail, clock, share } = watch(poolOf('ab'));
    fail('a', 5);
    clock.ms += 29_999;
    fail('a', 50);
    clock.ms += 1;
    expect(share('a')).toBeGreaterThan(0);
  });

  it('ends if checks find the origin down and then up, but not if they passed all the time', () => {
    const { fail, clock, know, readmit, ejected } = watch(poolOf('ab', { monitor: 'm' }));
    know(health({ a: ['up', 5], b: ['up', 5] }, clock.ms));
    fail('a', 5);
    clock.ms += 10_000;
    expect(readmit()).toEqual([]);
    know(health({ a: ['up', clock.ms - 1], b: ['up', 5] }, clock.ms));
    const readmission = { kind: 'readmission', origin: 'p/a', pool: 'p', times: 1, duration_ms: 10_000 };
    expect(readmit()).toEqual([{ ...readmission, reason: 'consecutive_failures' }]);
    expect(ejected()).toEqual([]);
    expect(readmit()).toEqual([]);
  });
});

describe('Outliers: the way back', () => {
  it('gives an origin its share back over 10 s, starting at a tenth, and then forgets it', () => {
    const { fail, clock, share, readmit, outliers } = watch(poolOf('ab'));
    fail('a', 5);
    clock.ms += 30_000;
    const back_at = clock.ms;
    const shares = [0, 1, 2, 5, 9, 10].map((s) => {
      clock.ms = back_at + s * 1_000;
      readmit();
      return share('a');
    });
    expect(shares).toEqual([0.1, 0.1, 0.2, 0.5, 0.9, 1]);
    expect(outliers.quiet).toBe(true);
  });

  it('uses the slow start of the pool if there is one', () => {
    const slow_start = { window_s: 100, aggression: 1, min_weight: 0.02 };
    const { fail, clock, share } = watch(poolOf('ab', { slow_start }));
    fail('a', 5);
    clock.ms += 31_000;
    expect(share('a')).toBe(0.02);
    clock.ms += 49_000;
    expect(share('a')).toBe(0.5);
  });

  it('forgets origins that a new configuration does not have', () => {
    const { fail, outliers } = watch(poolOf('ab'));
    fail('a', 5);
    outliers.keep((id) => (id === 'p/b' ? poolOf('ab') : undefined), 1_000_000);
    expect(outliers.quiet).toBe(true);
  });
});
