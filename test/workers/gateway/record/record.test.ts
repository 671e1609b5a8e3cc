import { describe, expect, it } from 'vitest';
import { TRAFFIC } from '../../../../shared/analytics/datasets.ts';
import { clientNumber } from '../../../../shared/hashing/client_key.ts';
import type { Env } from '../../../../workers/gateway/env.ts';
import { Attempts } from '../../../../workers/gateway/exchange/attempts.ts';
import type { Decision } from '../../../../workers/gateway/exchange/decision.ts';
import { beginTrace } from '../../../../workers/gateway/exchange/trace.ts';
import { isFallback } from '../../../../workers/gateway/record/is_fallback.ts';
import { record } from '../../../../workers/gateway/record/record.ts';
import { balancer } from '../../../support/normalised.ts';
import { stored } from '../../../support/stored.ts';

/** Records a request whose attempts `change` has filled in. @returns the columns of its data point */
function recorded(change: (attempts: Attempts) => void, headers: Record<string, string> = {}) {
  const columns: Record<string, string | number | undefined> = {};
  const writeDataPoint: NonNullable<Env['TRAFFIC']>['writeDataPoint'] = (point) => {
    for (const [name, column] of Object.entries(TRAFFIC.columns)) columns[name] = stored(point, column);
  };
  const attempts = new Attempts();
  change(attempts);
  const request = new Request('https://app.example.com/', { headers });
  record(
    { trace: beginTrace(), attempts, request, started_at: 0, ended_at: 5 },
    { id: 'abcd1234', env: { TRAFFIC: { writeDataPoint } }, random: Math.random },
  );
  return columns;
}

describe('the data point of a request', () => {
  it('identifies the client by a number in place of its address', () => {
    const point = recorded(() => {}, { 'cf-connecting-ip': '192.0.2.1' });
    expect(point.client).toBe(clientNumber('192.0.2.1'));
    expect(JSON.stringify(point)).not.toContain('192.0.2.1');
    expect(recorded(() => {}).client).toBe(0);
  });

  it('contains the times that the request waited inside the gateway', () => {
    const point = recorded((attempts) => {
      attempts.queued_ms = 12;
      attempts.backoff_ms = 34;
    });
    expect(point).toMatchObject({ queued_ms: 12, backoff_ms: 34 });
  });
});

describe('isFallback', () => {
  const steered = balancer({ default_pools: ['eu'], fallback_pool: 'last' });
  const decided = (decision: Decision['decision'], fallback?: string): Decision => ({
    ...{ decision, strategy: '', variant: '', selector_version: '' },
    ranking: { origins: [], finalists: 0, ...(fallback === undefined ? {} : { fallback }) },
  });

  it('follows the ranking, which knows why a pool is in it', () => {
    expect(isFallback('last', decided('kept', 'last'), steered)).toBe(true);
    expect(isFallback('eu', decided('kept', 'last'), steered)).toBe(false);
    expect(isFallback('last', decided('asked'), steered)).toBe(false);
  });

  it('is true for a session that stays in a fallback pool', () => {
    expect(isFallback('last', decided('pinned'), steered)).toBe(true);
    expect(isFallback('last', decided('pinned'), { ...steered, default_pools: ['eu', 'last'] })).toBe(false);
  });

  it('is false if no origin was tried', () => {
    expect(isFallback('', undefined, steered)).toBe(false);
  });
});

describe('data points of a balancer with `metrics.sample`', () => {
  /** Records requests, of which `errors` fail. @returns the data points */
  function sampled(one_in: number, requests: number, errors: number) {
    const points: { status: unknown; weight: unknown; total_ms: unknown }[] = [];
    const writeDataPoint: NonNullable<Env['TRAFFIC']>['writeDataPoint'] = (point) => {
      const { status, weight, total_ms } = TRAFFIC.columns;
      points.push({
        status: stored(point, status),
        weight: stored(point, weight),
        total_ms: stored(point, total_ms),
      });
    };
    // Park and Miller's minimal standard generator, seeded.
    let state = 4_711;
    const random = () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    for (let i = 0; i < requests; i++) {
      const trace = beginTrace();
      trace.balancer = balancer({ metrics: { one_in } });
      trace.outcome = 'ok';
      trace.status = i < errors ? 503 : 200;
      const ended_at = i % 100;
      const request = new Request('https://app.example.com/');
      record(
        { trace, attempts: new Attempts(), request, started_at: 0, ended_at },
        { id: 'abcd1234', env: { TRAFFIC: { writeDataPoint } }, random },
      );
    }
    return points;
  }

  it('add up to the number of requests, and no failure is missing', () => {
    const points = sampled(10, 20_000, 300);
    const sum = (list: typeof points) => list.reduce((total, { weight }) => total + Number(weight), 0);
    expect(sum(points.filter(({ status }) => status === 503))).toBe(300);
    // 19,700 draws with p = 0.1 and weight 10: the standard deviation is 10 × sqrt(19,700 × 0.1 × 0.9) = 421. Five of them.
    expect(Math.abs(sum(points) - 20_000)).toBeLessThan(5 * 421);
    // The number of points is a tenth of the sum: a standard deviation of 42.
    expect(Math.abs(points.length - 300 - 1_970)).toBeLessThan(5 * 42);
  });

  it('give the same weighted median as all requests', () => {
    const ordered = sampled(10, 20_000, 0).sort((a, b) => Number(a.total_ms) - Number(b.total_ms));
    const half = ordered.reduce((total, { weight }) => total + Number(weight), 0) / 2;
    let seen = 0;
    const median = ordered.find(({ weight }) => {
      seen += Number(weight);
      return seen >= half;
    });
    // Times are 0 to 99 ms, evenly. The rank of the median of 2,000 points has a standard deviation of 1.1 % of them.
    expect(Math.abs(Number(median?.total_ms) - 49.5)).toBeLessThan(6);
  });

  it('have weight 1 if there is no sampling', () => {
    expect(recorded(() => {}).weight).toBe(1);
  });
});
