import { describe, expect, it } from 'vitest';
import { SUSPICION_MS } from '../../../../shared/contracts/control.ts';
import { watched } from '../../../../workers/health/probe/order.ts';
import { Suspicions } from '../../../../workers/health/schedule/suspicions.ts';
import { config, origin } from '../fixture.ts';

const all = watched(config([origin('a'), origin('b')]));

describe('suspicions', () => {
  it('of ten thousand isolates in ten seconds start one check of each origin', () => {
    const suspicions = new Suspicions();
    let started = 0;
    for (let i = 0; i < 10_000; i++)
      started += suspicions.accept(
        [{ origin: i % 2 === 0 ? 'p/a' : 'p/b' }],
        all,
        1_000_000 + i * (SUSPICION_MS / 10_000),
      ).length;
    expect(started).toBe(2);
    expect(suspicions.accept([{ origin: 'p/a' }], all, 1_000_000 + SUSPICION_MS)).toHaveLength(1);
  });

  it('of an origin that nobody watches are ignored', () => {
    expect(new Suspicions().accept([{ origin: 'p/gone' }], all, 0)).toEqual([]);
  });

  it('are accepted again after the clock was set back', () => {
    const suspicions = new Suspicions();
    suspicions.accept([{ origin: 'p/a' }], all, 10_000_000);
    expect(suspicions.accept([{ origin: 'p/a' }], all, 1_000_000)).toHaveLength(1);
  });

  it('count up to 50 in one call', () => {
    const many = watched(config(Array.from({ length: 60 }, (_, i) => origin(`o${i}`))));
    expect(
      new Suspicions().accept(
        many.map(({ id }) => ({ origin: id })),
        many,
        0,
      ),
    ).toHaveLength(50);
  });
});
