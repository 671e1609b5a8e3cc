import { describe, expect, it } from 'vitest';
import { SUSPICION_MS } from '../../../../shared/contracts/control.ts';
import type { OriginId } from '../../../../shared/model/ids.ts';
import { Suspicions } from '../../../../workers/health/schedule/suspicions.ts';

const origins = (count: number) => Array.from({ length: count }, (_, i): OriginId => `p/${i}`);
const all = new Set(origins(200));

describe('suspicions', () => {
  it('of ten thousand isolates in ten seconds start one check of each origin', () => {
    const suspicions = new Suspicions();
    let started = 0;
    for (let i = 0; i < 10_000; i++)
      started += suspicions.accept(
        [{ origin: `p/${i % 2}` }],
        all,
        1_000_000 + i * (SUSPICION_MS / 10_000),
      ).length;
    expect(started).toBe(2);
    expect(suspicions.accept([{ origin: 'p/0' }], all, 1_000_000 + SUSPICION_MS)).toEqual(['p/0']);
  });

  it('of an origin that nobody watches are ignored', () => {
    expect(new Suspicions().accept([{ origin: 'p/gone' }, { origin: 'p/0' }], all, 0)).toEqual(['p/0']);
  });

  it('are accepted again after the clock was set back', () => {
    const suspicions = new Suspicions();
    suspicions.accept([{ origin: 'p/0' }], all, 10_000_000);
    expect(suspicions.accept([{ origin: 'p/0' }], all, 1_000_000)).toEqual(['p/0']);
  });

  it('count up to 50 in one call', () => {
    const many = origins(60).map((origin) => ({ origin }));
    expect(new Suspicions().accept(many, all, 0)).toHaveLength(50);
  });

  it('are accepted for a hundred origins in ten seconds', () => {
    const suspicions = new Suspicions();
    const accepted = (now: number) =>
      origins(200).filter((origin) => suspicions.accept([{ origin }], all, now).length > 0).length;
    expect(accepted(0)).toBe(100);
    expect(accepted(SUSPICION_MS - 1)).toBe(0);
    expect(accepted(SUSPICION_MS)).toBe(100);
  });
});
