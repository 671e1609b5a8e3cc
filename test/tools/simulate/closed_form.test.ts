import { describe, expect, it } from 'vitest';
import {
  answeredInTime,
  meanInTime,
  mg1,
  mm1,
  mm1Quantile,
  roundRobin,
  sharedQueue,
  supermarket,
} from '../../../tools/simulate/closed_form.ts';

// By load: M/M/1, two and three choices, round robin over 10, 100 and infinitely many servers, and one shared queue for 10
// and 100 servers. Computed elsewhere, to four digits.
const TABLE = [
  [0.5, 2.0, 1.2657, 1.1252, 1.3246, 1.2619, 1.255, 1.0072, 1.0],
  [0.7, 3.3333, 1.6145, 1.3568, 2.0198, 1.8905, 1.8762, 1.0739, 1.0],
  [0.9, 10.0, 2.6141, 2.0279, 5.6603, 5.2268, 5.1787, 1.6687, 1.0217],
] as const;

describe('closed forms', () => {
  it.each(TABLE)('at load %d match the table', (load, ...known) => {
    const ours = [
      mm1(load),
      supermarket(load, 2),
      supermarket(load, 3),
      roundRobin(load, 10),
      roundRobin(load, 100),
      roundRobin(load, Number.POSITIVE_INFINITY),
      sharedQueue(load, 10),
      sharedQueue(load, 100),
    ];
    expect(ours.map((time) => Number(time.toFixed(4)))).toEqual(known);
  });

  it('include the tail of M/M/1 and the mean of M/D/1', () => {
    expect(mm1Quantile(0.9, 0.99)).toBeCloseTo(46.05, 2);
    expect(mg1(0.9, 0)).toBeCloseTo(5.5, 10);
    expect(mg1(0.9, 1)).toBeCloseTo(mm1(0.9), 10);
  });

  it('include the answers within a deadline', () => {
    expect(answeredInTime(1, 1, 1)).toBeCloseTo(1 - 1 / Math.E, 10);
    expect(answeredInTime(1, 2, 2)).toBeCloseTo(1 - 1 / Math.E, 10);
    // Numeric integral of t e^-t over [0, 1], divided by 1 - 1/e.
    const steps = Array.from({ length: 100_000 }, (_, i) => (i + 0.5) / 100_000);
    const mean = steps.reduce((sum, t) => sum + t * Math.exp(-t), 0) / 100_000 / (1 - 1 / Math.E);
    expect(meanInTime(1)).toBeCloseTo(mean, 8);
  });

  it('agree in their special cases: round robin over one server, and a shared queue for one server, are M/M/1', () => {
    expect(roundRobin(0.8, 1)).toBeCloseTo(mm1(0.8), 10);
    expect(sharedQueue(0.8, 1)).toBeCloseTo(mm1(0.8), 10);
  });
});
