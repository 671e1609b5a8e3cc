import { describe, expect, it } from 'vitest';
import type { Ranking } from '../../../../../shared/contracts/selection.ts';
import { slots } from '../../../../../workers/gateway/selection/settlers/bounded_load.ts';
import { observe } from '../../../../../workers/gateway/selection/settlers/observe.ts';
import { settle } from '../../../../../workers/gateway/selection/settlers/settle.ts';
import { Inflight } from '../../../../../workers/gateway/state/load/inflight.ts';
import { type Loads, newLoads } from '../../../../../workers/gateway/state/load/loads.ts';
import { CHI_SQUARE_P001, chiSquare, seeded, tally } from '../../../../support/rankings.ts';
import { origin } from '../../support.ts';

const [a, b, c] = [origin('p', 'a'), origin('p', 'b'), origin('p', 'c')] as const;

function busy(counts: Record<string, number>, random = Math.random): Loads {
  const loads = newLoads(() => 0, random);
  for (const [name, count] of Object.entries(counts)) {
    for (let i = 0; i < count; i++) loads.inflight.begin(`p/${name}`);
  }
  return loads;
}

function order(finalists: number, counts: Record<string, number>, origins = [a, b, c]): string {
  const ranking: Ranking = { origins: [], finalists };
  return settle(ranking, origins, busy(counts))
    .map(({ name }) => name)
    .join('');
}

describe('settle', () => {
  it('leaves the order alone without finalists', () => {
    expect(order(0, { a: 9 })).toBe('abc');
    expect(order(1, { a: 9 })).toBe('abc');
  });

  it('leaves the order alone if a selector does not say how many finalists there are, for every settler', () => {
    const rules = [
      'inflight',
      'weighted_inflight',
      'bounded_load',
      'peak_ewma',
      'reported',
      'prequal',
    ] as const;
    for (const by of rules) {
      const ranking = { origins: [], by } as unknown as Ranking;
      expect(settle(ranking, [a, b, c], busy({ a: 9 }))).toEqual([a, b, c]);
    }
  });

  it('puts the less busy of two finalists first and keeps the rest in order', () => {
    expect(order(2, { a: 2, b: 1 })).toBe('bac');
    expect(order(2, { a: 1, b: 2 })).toBe('abc');
  });

  it('never looks beyond the finalists', () => {
    expect(order(2, { a: 2, b: 3, c: 0 })).toBe('abc');
    expect(order(3, { a: 2, b: 3, c: 0 })).toBe('cab');
  });

  it('takes the origin ranked first in a tie, so that idle origins keep their drawn shares', () => {
    expect(order(3, { a: 1, b: 1, c: 1 })).toBe('abc');
  });

  it('counts load against weight: 2 on weight 1 is less than 1 on weight 0.25', () => {
    expect(order(2, { a: 1, b: 2 }, [origin('p', 'a', { weight: 0.25 }), b])).toBe('ba');
  });

  it('takes all origins if there are more finalists than origins', () => {
    expect(order(9, { a: 1 })).toBe('bac');
  });
});

describe('settle with weights that the selector gives', () => {
  const shares = (by: Ranking['by']) => {
    const loads = busy({}, seeded(7));
    const ranking: Ranking = { origins: [], finalists: 2, weights: { 'p/a': 0.1 } };
    if (by !== undefined) ranking.by = by;
    const first = Array.from({ length: 20_000 }, () => settle(ranking, [a, b], loads)[0]?.name);
    return tally(first);
  };

  it('draws an origin in a slow start by a tenth of its weight', () => {
    expect(chiSquare(shares('weighted_inflight'), { a: 0.1, b: 1 })).toBeLessThan(CHI_SQUARE_P001[1] ?? 0);
  });

  it('compares by these weights: if all are idle, the full weight comes before the tenth', () => {
    expect(shares('next_inflight').get('a')).toBeUndefined();
  });

  it('keeps the configured weight of other origins', () => {
    const ranking: Ranking = { origins: [], finalists: 2, weights: { 'p/c': 0.1 } };
    expect(settle(ranking, [a, b], busy({ a: 1 }))[0]?.name).toBe('b');
  });
});

describe('settle by requests in flight, this one included', () => {
  it('counts the request itself against weight: 1 on weight 1 is less than none on weight 0.25', () => {
    const ranking: Ranking = { origins: [], finalists: 2, by: 'next_inflight' };
    const light = origin('p', 'a', { weight: 0.25 });
    expect(settle(ranking, [light, b], busy({ b: 1 }))[0]).toBe(b);
    expect(settle(ranking, [light, b], busy({ b: 9 }))[0]).toBe(light);
  });
});

describe('settle by weight and requests in flight', () => {
  const settled = (bias: number, counts: Record<string, number>, weights: number[], draws = 8_000) => {
    const loads = busy(counts, seeded(3));
    const origins = [a, b, c].map((one, index) => ({ ...one, weight: weights[index] ?? 1 }));
    const ranking: Ranking = { origins: [], finalists: 3, by: 'weighted_inflight', settle: { bias } };
    return tally(Array.from({ length: draws }, () => settle(ranking, origins, loads)[0]?.name));
  };

  it('draws unequal weights by weight / (in flight + 1) ^ bias', () => {
    const within = CHI_SQUARE_P001[2] ?? 0;
    expect(chiSquare(settled(1, { b: 1 }, [1, 0.5, 0.25]), { a: 1, b: 0.25, c: 0.25 })).toBeLessThan(within);
    expect(chiSquare(settled(2, { a: 1 }, [1, 0.5, 0.25]), { a: 0.25, b: 0.5, c: 0.25 })).toBeLessThan(
      within,
    );
  });

  it('goes by weights alone if the bias is 0', () => {
    const counts = settled(0, { a: 7 }, [1, 0.5, 0.25]);
    expect(chiSquare(counts, { a: 1, b: 0.5, c: 0.25 })).toBeLessThan(CHI_SQUARE_P001[2] ?? 0);
  });

  it('takes the less busy of two distinct origins if weights are equal', () => {
    const counts = settled(1, { b: 1, c: 2 }, [1, 1, 1]);
    expect(counts.get('c')).toBeUndefined();
    expect(chiSquare(counts, { a: 2, b: 1 })).toBeLessThan(CHI_SQUARE_P001[1] ?? 0);
  });
});

describe('settle by bounded load', () => {
  const BOUNDED: Ranking = { origins: [], finalists: 3, by: 'bounded_load' };
  const settled = (bounded_load: number, counts: Record<string, number>) =>
    settle({ ...BOUNDED, settle: { bounded_load } }, [b, c, a], busy(counts)).map(({ name }) => name);

  it("keeps the key's order while its origin is below the bound, and when all are idle", () => {
    expect(settled(125, {})).toEqual(['b', 'c', 'a']);
    expect(settled(1_000, { b: 3, c: 1, a: 1 })).toEqual(['b', 'c', 'a']);
  });

  it('takes the next origin in the order that has a slot left', () => {
    expect(settled(125, { b: 3 })).toEqual(['c', 'b', 'a']);
    expect(settled(125, { b: 3, c: 3 })[0]).toBe('a');
  });

  it('always finds an origin', () => {
    for (let i = 0; i < 20; i++) {
      const counts = { a: i, b: (i * 7) % 11, c: (i * 5) % 13 };
      const served = counts.a + counts.b + counts.c;
      const name = settled(101, counts)[0] as 'a' | 'b' | 'c';
      // No origin gets more than its share of all requests, this one included.
      expect(counts[name]).toBeLessThanOrEqual(Math.ceil(((served + 1) * 1.01) / 3));
    }
  });
});

describe('slots', () => {
  it.each([
    [[1, 1, 1, 1], 3, 125, [1, 1, 1, 2]],
    [[1, 2, 3], 9, 125, [2, 4, 7]],
    [[1, 2, 3], 59, 150, [15, 30, 45]],
  ])('are those of HAProxy: weights %j, %d in flight, %d percent', (weights, served, factor, shared) => {
    expect(slots(weights, served, factor)).toEqual(shared);
  });
});

describe('settle by peak EWMA', () => {
  it('takes the least first-byte time times (requests in flight + 1)', () => {
    const loads = busy({ a: 2 });
    const ranking: Ranking = { origins: [], finalists: 2, by: 'peak_ewma' };
    const settled = () => settle(ranking, [a, b], loads)[0]?.name;
    loads.latency.observe('p/a', 10, 10_000, 0);
    loads.latency.observe('p/b', 25, 10_000, 0);
    expect(settled()).toBe('b');
    loads.latency.observe('p/b', 31, 10_000, 0);
    expect(settled()).toBe('a');
  });

  it('counts a failure as slow, however fast it was', () => {
    const loads = busy({});
    const ranking: Ranking = { origins: [], finalists: 2, by: 'peak_ewma' };
    observe(ranking, { origin: a.id, first_byte_ms: 1, failed: true }, loads);
    observe(ranking, { origin: b.id, first_byte_ms: 200, failed: false }, loads);
    expect(settle(ranking, [a, b], loads)[0]).toBe(b);
  });
});

describe('Inflight', () => {
  it('counts each request in and out once, however often its end is reported', () => {
    const inflight = new Inflight();
    const end = inflight.begin('p/a');
    inflight.begin('p/a');
    expect(inflight.of('p/a')).toBe(2);
    end();
    end();
    expect(inflight.of('p/a')).toBe(1);
    expect(inflight.of('p/b')).toBe(0);
  });
});
