import { describe, expect, it } from 'vitest';
import { Inflight } from '../../../workers/gateway/inflight.ts';
import { settle } from '../../../workers/gateway/settle.ts';
import { origin } from './support.ts';

const [a, b, c] = [origin('p', 'a'), origin('p', 'b'), origin('p', 'c')] as const;

function busy(counts: Record<string, number>): Inflight {
  const inflight = new Inflight();
  for (const [name, count] of Object.entries(counts)) {
    for (let i = 0; i < count; i++) inflight.begin(`p/${name}`);
  }
  return inflight;
}

function order(finalists: number, counts: Record<string, number>, origins = [a, b, c]): string {
  return settle({ origins: [], finalists }, origins, busy(counts))
    .map(({ name }) => name)
    .join('');
}

describe('settle', () => {
  it('leaves the order alone without finalists', () => {
    expect(order(0, { a: 9 })).toBe('abc');
    expect(order(1, { a: 9 })).toBe('abc');
  });

  it('puts the less busy of two finalists first and keeps the rest in order', () => {
    expect(order(2, { a: 2, b: 1 })).toBe('bac');
    expect(order(2, { a: 1, b: 2 })).toBe('abc');
  });

  it('never looks beyond the finalists', () => {
    expect(order(2, { a: 2, b: 3, c: 0 })).toBe('abc');
    expect(order(3, { a: 2, b: 3, c: 0 })).toBe('cab');
  });

  it('gives a tie to the one ranked first, so that idle origins keep their drawn shares', () => {
    expect(order(3, { a: 1, b: 1, c: 1 })).toBe('abc');
  });

  it('counts load against weight: 2 on weight 1 is less than 1 on weight 0.25', () => {
    expect(order(2, { a: 1, b: 2 }, [origin('p', 'a', { weight: 0.25 }), b])).toBe('ba');
  });

  it('takes more finalists than origins as all', () => {
    expect(order(9, { a: 1 })).toBe('bac');
  });
});

describe('Inflight', () => {
  it('counts in and out once, however often the end is reported', () => {
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
