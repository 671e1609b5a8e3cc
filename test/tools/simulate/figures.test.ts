import { describe, expect, it } from 'vitest';
import { bucketsOf } from '../../../tools/simulate/buckets.ts';
import { quantile } from '../../../tools/simulate/figures.ts';
import { plot } from '../../../tools/simulate/plot.ts';
import { report } from '../../../tools/simulate/report.ts';
import { simulate } from '../../../tools/simulate/run.ts';
import { figures, scenario } from './scenarios.ts';

describe('quantile', () => {
  it('is the smallest value that the share does not exceed', () => {
    const ten = Float64Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect([0.5, 0.9, 0.95, 0.99, 1].map((p) => quantile(ten, p))).toEqual([5, 9, 10, 10, 10]);
    expect(quantile(new Float64Array(), 0.5)).toBeNaN();
  });
});

describe('figuresOf', () => {
  it('gives a confidence interval that contains the true mean, and none for few requests', () => {
    const run = figures(
      {
        requests: 100_000,
        arrivals: { poisson_per_s: 500 },
        origins: [{ id: 'a', servers: 1, service: { exponential_ms: 1 } }],
        warmup: 0.1,
      },
      'off',
    );
    // M/M/1 at load 0.5.
    expect(Math.abs(run.mean_ms - 2)).toBeLessThan(run.mean_error_ms ?? 0);
    expect(run.mean_error_ms).toBeLessThan(0.2);
    expect(figures({ requests: 1_000 }).mean_error_ms).toBeUndefined();
  });

  it('leaves the warm-up out of times, but not out of picks', () => {
    // The first half of the requests meet the slow origin.
    const run = figures({
      requests: 1_000,
      warmup: 0.5,
      arrivals: { constant_per_s: 100 },
      origins: [{ id: 'a', service: { fixed_ms: 9 } }],
      events: [{ at_s: 4.9, origin: 'a', service: { fixed_ms: 1 } }],
    });
    expect(run.p999_ms).toBeCloseTo(1, 6);
    expect(run.picks).toEqual({ a: 1_000 });
  });

  it("agrees with Little's law and with the load for every strategy", () => {
    for (const policy of ['random', 'round_robin', 'least_outstanding_requests', 'hash']) {
      const { checks } = figures(
        {
          requests: 50_000,
          arrivals: { poisson_per_s: 2_000 },
          origins: ['a', 'b', 'c', 'd'].map((id) => ({ id, servers: 1, service: { exponential_ms: 1 } })),
        },
        policy,
      );
      expect(Math.abs(checks.in_system / checks.little - 1)).toBeLessThan(0.001);
      // 3.29 standard deviations of the mean of 50,000 service times.
      expect(Math.abs((checks.busy ?? 0) / (checks.offered ?? 1) - 1)).toBeLessThan(0.015);
      // Arrivals are chance as well.
      expect(Math.abs((checks.busy ?? 0) - 0.5)).toBeLessThan(0.5 * 0.021);
    }
  });
});

describe('report', () => {
  it('names strategies, origins, events and moved keys', () => {
    const text = report([
      figures({ key_space: 300, duration_s: 1, events: [{ at_s: 0.5, origin: 'b', down: true }] }, 'hash'),
    ]);
    expect(text).toMatch(/^strategy +wall s +success +mean ms/);
    expect(text).toMatch(/picks +a +b +c\nhash/);
    expect(text).toMatch(/hash +0.5 +b down +\d+ +0 +100/);
  });
});

describe('plot', () => {
  const run = simulate(
    scenario({
      duration_s: 8,
      origins: [
        { id: 'a', service: { fixed_ms: 1 } },
        { id: 'b', service: { fixed_ms: 3 } },
      ],
      events: [{ at_s: 4, origin: 'a', down: true }],
    }),
    { policy: 'round_robin' },
  );

  it('shows the shares and latencies of each part of the run', () => {
    const buckets = bucketsOf(run, 4);
    const shares = buckets.map((bucket) => bucket.shares.map((share) => Math.round(share * 10) / 10));
    expect(shares).toEqual([
      [0.5, 0.5],
      [0.5, 0.5],
      [0, 1],
      [0, 1],
    ]);
    expect(buckets.map(({ p50_ms }) => Math.round(p50_ms))).toEqual([1, 1, 3, 3]);
  });

  it('is a complete SVG with a row for each run and a line for each event', () => {
    const svg = plot([run, run]);
    expect(svg).toMatch(/^<svg [^>]*viewBox="0 0 960 414"/);
    expect(svg.trimEnd()).toMatch(/<\/svg>$/);
    expect(svg.match(/<polyline /g)).toHaveLength(4);
    expect(svg.match(/stroke-dasharray/g)).toHaveLength(4);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });
});
