import { describe, expect, it } from 'vitest';
import type { Ranking } from '../../../../../shared/contracts/selection.ts';
import { hotCold } from '../../../../../workers/gateway/selection/settlers/hot_cold.ts';
import { settle } from '../../../../../workers/gateway/selection/settlers/settle.ts';
import { newLoads } from '../../../../../workers/gateway/state/load/loads.ts';
import { Reports } from '../../../../../workers/gateway/state/load/reports.ts';
import { CHI_SQUARE_P001, chiSquare, seeded, tally } from '../../../../support/rankings.ts';
import { origin, plain, rotating, setUp } from '../../support.ts';

const OPTIONS = { error_penalty: 1, blackout_ms: 10_000, expiration_ms: 180_000 };
const report = (qps: number, utilization: number, eps = 0) => ({
  rps_fractional: qps,
  application_utilization: utilization,
  eps,
  named_metrics: {},
});

describe('weights by reports (gRFC A58)', () => {
  const noted = (...given: Parameters<typeof report>) => {
    const reports = new Reports();
    reports.note('p/a', report(...given), 0, 1, 0);
    return reports;
  };

  it('is qps / (utilization + eps / qps * penalty): 1428 for 1000, 0.5, 100 and 2', () => {
    const options = { ...OPTIONS, error_penalty: 2, blackout_ms: 0 };
    expect(Math.floor(noted(1_000, 0.5, 100).weightOf('p/a', options, 0))).toBe(1_428);
    expect(noted(1_000, 0.5, 100).weightOf('p/a', { ...options, error_penalty: 0 }, 0)).toBe(2_000);
  });

  it('gives no weight before the blackout is over, or to an origin that reports no work', () => {
    const reports = noted(100, 0.5);
    expect(reports.weightOf('p/a', OPTIONS, 9_999)).toBe(0);
    expect(reports.weightOf('p/a', OPTIONS, 10_000)).toBe(200);
    expect(noted(0, 0.5).weightOf('p/a', OPTIONS, 10_000)).toBe(0);
    expect(noted(100, 0).weightOf('p/a', OPTIONS, 10_000)).toBe(0);
    expect(reports.weightOf('p/b', OPTIONS, 10_000)).toBe(0);
  });

  it('gives a weight at the next report after the clock was set back', () => {
    const reports = new Reports();
    reports.note('p/a', report(100, 0.5), 0, 1, 3_600_000);
    reports.note('p/a', report(100, 0.5), 0, 1, 1_000);
    expect(reports.weightOf('p/a', OPTIONS, 2_000)).toBe(200);
  });

  it('forgets a silent origin, which then has its blackout again', () => {
    const reports = noted(100, 0.5);
    expect(reports.weightOf('p/a', OPTIONS, 179_999)).toBe(200);
    expect(reports.weightOf('p/a', OPTIONS, 180_000)).toBe(0);
    reports.note('p/a', report(100, 0.5), 0, 1, 200_000);
    expect(reports.weightOf('p/a', OPTIONS, 209_999)).toBe(0);
    expect(reports.weightOf('p/a', OPTIONS, 210_000)).toBe(200);
  });

  it('takes CPU utilization if the application reports none', () => {
    const reports = new Reports();
    reports.note('p/a', { rps_fractional: 10, cpu_utilization: 0.1, named_metrics: {} }, 0, 1, 0);
    expect(reports.weightOf('p/a', { ...OPTIONS, blackout_ms: 0 }, 0)).toBeCloseTo(100, 9);
  });
});

describe('settle by reports', () => {
  const three = [origin('p', 'a'), origin('p', 'b'), origin('p', 'c')];
  const ranking: Ranking = { origins: [], finalists: 3, by: 'reported', settle: { blackout_s: 0 } };

  it('gives turns by reported weight, and the mean to a silent origin', () => {
    const loads = newLoads(() => 0, seeded(1));
    loads.reports.note('p/a', report(300, 0.5), 0, 1, 0);
    loads.reports.note('p/b', report(100, 0.5), 0, 1, 0);
    const counts = tally(Array.from({ length: 6_000 }, () => settle(ranking, three, loads)[0]?.name));
    // Turns are exact but for the rounding of weights to 16 bits and for where the sequence begins.
    for (const [name, share] of [['a', 3_000] as const, ['b', 1_000] as const, ['c', 2_000] as const]) {
      expect(Math.abs((counts.get(name) ?? 0) - share)).toBeLessThanOrEqual(3);
    }
  });

  it('restarts the turns of a pool after a configuration without that pool', () => {
    let draws = 0;
    const loads = newLoads(
      () => 0,
      () => ++draws / 100,
    );
    for (let i = 0; i < 3; i++) settle(ranking, three, loads);
    const before = draws;
    loads.turns.keep((pool) => pool === 'p');
    settle(ranking, three, loads);
    expect(draws).toBe(before);
    loads.turns.keep((pool) => pool !== 'p');
    settle(ranking, three, loads);
    expect(draws).toBeGreaterThan(before);
  });

  it('uses the configured weights while fewer than two origins report', () => {
    const loads = newLoads(() => 0, seeded(1));
    loads.reports.note('p/a', report(300, 0.5), 0, 1, 0);
    const counts = tally(Array.from({ length: 3_000 }, () => settle(ranking, three, loads)[0]?.name));
    expect(chiSquare(counts, { a: 1, b: 1, c: 1 })).toBeLessThan(CHI_SQUARE_P001[2] ?? 0);
  });
});

describe("prequal's hot-cold rule", () => {
  const seen = [
    { rif: 1, latency_ms: 50 },
    { rif: 9, latency_ms: 5 },
    { rif: 2, latency_ms: 20 },
    { rif: 3, latency_ms: 30 },
  ];

  it('takes the fastest cold origin, however fast a hot one is', () => {
    expect(hotCold(seen, 0.75)).toBe(2);
  });

  it('compares only requests in flight at 0, and only latency at 1', () => {
    expect(hotCold(seen, 0)).toBe(0);
    expect(hotCold(seen, 1)).toBe(1);
  });

  it('never prefers a hot origin to a cold one, or a slower cold origin', () => {
    const random = seeded(4);
    for (let i = 0; i < 200; i++) {
      const some = Array.from({ length: 8 }, () => ({
        rif: Math.floor(random() * 5),
        latency_ms: random() * 100,
      }));
      const chosen = some[hotCold(some, 0.5)];
      const threshold = some.map(({ rif }) => rif).sort((a, b) => a - b)[3] ?? 0;
      const cold = some.filter(({ rif }) => rif <= threshold);
      expect(chosen).toBe(cold.reduce((a, b) => (b.latency_ms < a.latency_ms ? b : a)));
    }
  });

  const ranking: Ranking = { origins: [], finalists: 2, by: 'prequal', settle: { rif_quantile: 0 } };
  const two = [origin('p', 'a'), origin('p', 'b')];

  it('counts the requests sent since the last report', () => {
    const loads = newLoads(() => 0, seeded(1));
    loads.reports.note('p/a', { named_metrics: { rif: 0 } }, 5, 1, 0);
    loads.reports.note('p/b', { named_metrics: { rif: 2 } }, 0, 1, 0);
    const next = () => {
      const [chosen] = settle(ranking, two, loads);
      return { name: chosen?.name, takeBack: chosen && loads.reports.sent(chosen.id) };
    };
    const sent = Array.from({ length: 4 }, next);
    expect(sent.map(({ name }) => name)).toEqual(['a', 'a', 'a', 'b']);
    // A request that ends without a report is counted out.
    sent[0]?.takeBack?.();
    expect(next().name).toBe('a');
  });

  it('takes no count back that a report has replaced', () => {
    const { reports } = newLoads(() => 0, seeded(1));
    reports.note('p/a', { named_metrics: { rif: 0 } }, 5, 1, 0);
    const takeBack = reports.sent('p/a');
    reports.note('p/a', { named_metrics: { rif: 3 } }, 5, 1, 0);
    takeBack?.();
    expect(reports.recent('p/a', 1_000, 0)?.rif).toBe(3);
  });

  it('gives weights again at once after the clock was set back', () => {
    const { reports } = newLoads(() => 0, seeded(1));
    const options = { error_penalty: 1, blackout_ms: 10_000, expiration_ms: 180_000 };
    reports.note('p/a', report(100, 0.5), 0, 1, 10_000_000);
    reports.note('p/a', report(100, 0.5), 0, 1, 5_000_000);
    expect(reports.weightOf('p/a', options, 5_000_000)).toBe(200);
  });

  it('takes the latency that an origin reports, and adds the time on the network', () => {
    const reports = new Reports();
    const noted = (lat_ms: number | undefined, first_byte_ms: number) => {
      const named_metrics: Record<string, number> = lat_ms === undefined ? {} : { lat_ms };
      reports.note('p/a', { named_metrics }, 0, first_byte_ms, 0);
      return reports.recent('p/a', 1_000, 0)?.latency_ms;
    };
    expect(noted(20, 60)).toBe(60);
    // One slow request counts for an eighth of the network time: 40 ms + (180 - 40) / 8.
    expect(noted(20, 200)).toBe(20 + 57.5);
    // If the median is above the time of this request, its network time counts as 0: 57.5 ms - 57.5 / 8.
    expect(noted(100, 90)).toBe(100 + 50.3125);
    expect(noted(undefined, 90)).toBe(90);
  });

  it('tries an origin without recent reports, one request at a time', () => {
    let now = 0;
    const loads = newLoads(() => now, seeded(1));
    for (const { id } of two) loads.reports.note(id, undefined, 0, 1, 0);
    now = 2_000;
    loads.reports.note('p/a', undefined, 0, 1, now);
    const names = () => tally(Array.from({ length: 50 }, () => settle(ranking, two, loads)[0]?.name));
    expect(names().get('b')).toBeGreaterThan(10);
    loads.inflight.begin('p/b');
    expect(names()).toEqual(new Map([['a', 50]]));
  });
});

describe('a report in an answer', () => {
  const carry = () => plain('x', { headers: { 'endpoint-load-metrics': 'TEXT named_metrics.rif:7' } });

  it('is requested, kept and removed if rankings are settled by it', async () => {
    const change = { by: 'prequal', finalists: 2 } as const;
    const gateway = setUp({
      carry,
      select: (question) => {
        const answer = rotating(['p/a', 'p/b'])(question);
        return { ...answer, rankings: answer.rankings.map((ranking) => ({ ...ranking, ...change })) };
      },
    });
    const response = await gateway.request('http://app.example/');
    expect(await response.text()).toBe('x');
    expect(response.headers.has('endpoint-load-metrics')).toBe(false);
    const [ticket] = gateway.tickets;
    expect(ticket?.report).toBe(true);
    const origin = ticket?.origin ?? 'none/none';
    expect(gateway.isolate.reports.recent(origin, 1_000, gateway.clock.ms)?.rif).toBe(7);
  });

  it('is not requested if it is not used', async () => {
    const gateway = setUp({});
    await gateway.request('http://app.example/');
    expect(gateway.tickets[0]).not.toHaveProperty('report');
  });
});
