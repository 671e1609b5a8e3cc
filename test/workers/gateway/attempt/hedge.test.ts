import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Ranking } from '../../../../shared/contracts/selection.ts';
import type { Balancer, Pool } from '../../../../shared/model/config.ts';
import { poolOf } from '../ejection/outliers_support.ts';
import { balancer, failed, inOrder, last, plain, setUp } from '../support.ts';

const URL = 'https://app.example.com/x';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A gateway that hedges, in virtual time. @param takes the milliseconds that an origin takes, or those and its answer */
function setUpHedge(
  takes: (origin: string) => number | { ms: number; answer: () => Response },
  change: Partial<Balancer> = {},
  pools?: Pool[],
  by?: Ranking['by'],
) {
  const app = balancer({
    hedging: { after_ms: 50 },
    timeouts: { first_byte_ms: 60_000, total_ms: 100_000 },
    ...change,
  });
  const cancelled: string[] = [];
  const set = setUp({
    balancer: app,
    ...(pools && { pools }),
    select: (question) => {
      const answer = inOrder(['p/a', 'p/b', 'p/c'])(question);
      return by === undefined
        ? answer
        : { ...answer, rankings: answer.rankings.map((one) => ({ ...one, by })) };
    },
    carry: async (request, { origin }) => {
      const name = origin.slice(2);
      request.signal.addEventListener('abort', () => void cancelled.push(name));
      const taken = takes(name);
      await sleep(typeof taken === 'number' ? taken : taken.ms);
      return typeof taken === 'number' ? plain(name) : taken.answer();
    },
    now: Date.now,
  });
  /** @returns the text of the answer and the milliseconds it took */
  const ask = async (init?: RequestInit) => {
    const began = Date.now();
    const asked = set.request(URL, init).then(async (answer) => [await answer.text(), Date.now() - began]);
    await vi.advanceTimersByTimeAsync(120_000);
    return asked;
  };
  return { ...set, ask, cancelled };
}

describe('hedging', () => {
  it('sends a request to the second origin when the first is late, and aborts the first when the second answers', async () => {
    const { ask, points, cancelled, isolate } = setUpHedge((name) => (name === 'a' ? 10_000 : 20));
    expect(await ask()).toEqual(['b', 70]);
    expect(cancelled).toEqual(['a']);
    expect(last(points, 'events')).toBe('hedge_won,hedged');
    expect(last(points, 'origin')).toBe('p/b');
    expect(last(points, 'attempts')).toBe(2);
    expect(last(points, 'first_byte_ms')).toBe(20);
    expect(last(points, 'failed_origins')).toBe('');
    expect([isolate.inflight.of('p/a'), isolate.inflight.of('p/b')]).toEqual([0, 0]);
  });

  it('aborts the second attempt when the first answers after all', async () => {
    const { ask, points, cancelled } = setUpHedge((name) => (name === 'a' ? 60 : 500));
    expect(await ask()).toEqual(['a', 60]);
    expect(cancelled).toEqual(['b']);
    expect(last(points, 'events')).toBe('hedged');
    expect(last(points, 'origin')).toBe('p/a');
  });

  it('sends no second request if the first is answered in time', async () => {
    const { ask, tickets, points } = setUpHedge(() => 49);
    await ask();
    expect(tickets).toHaveLength(1);
    expect(last(points, 'events')).toBe('');
  });

  it('waits for the other attempt when one fails, and tries the next origin when both fail', async () => {
    const busy = () => plain('busy', { status: 503 });
    const half = setUpHedge((name) => (name === 'b' ? { ms: 10, answer: busy } : 300));
    expect(await half.ask()).toEqual(['a', 300]);
    const lost = () => failed('connection_lost', true);
    const both = setUpHedge((name) => (name === 'c' ? 5 : { ms: 100, answer: lost }));
    expect(await both.ask()).toEqual(['c', 155]);
    expect(last(both.points, 'failed_origins')).toBe('p/a,p/b');
    const none = setUpHedge((name) => ({ ms: 100, answer: name === 'a' ? busy : lost }));
    expect((await none.ask())[0]).toBe('busy');
  });

  it.each([
    ['a POST', { method: 'POST', body: 'x' }, {}],
    ['a WebSocket handshake', { headers: { upgrade: 'websocket' } }, {}],
    ['early data', { headers: { 'early-data': '1' } }, {}],
    ['a body too long to be kept', { method: 'SEARCH', body: 'x'.repeat(70_000) }, {}],
    ['a method that is idempotent but not safe', { method: 'DELETE' }, {}],
    ['a request of a balancer that allows one attempt', {}, { retry: { ...balancer().retry, attempts: 1 } }],
  ] as Array<[string, RequestInit, Partial<Balancer>]>)('does not hedge %s', async (_, init, change) => {
    const { ask, tickets } = setUpHedge(() => 1_000, change);
    await ask(init);
    expect(tickets).toHaveLength(1);
  });

  it('has a budget of its own: hedges around a slow origin leave retries around a dead one', async () => {
    const retry = { ...balancer().retry, budget: { percent: 0, min_per_s: 0.2 } };
    const lost = () => failed('connection_lost', true);
    let dead = false;
    const { request, points } = setUpHedge(
      (name) => (name === 'a' ? (dead ? { ms: 1, answer: lost } : 200) : 10),
      { retry },
    );
    const ask = async (count: number) => {
      const asked = Array.from({ length: count }, () => request(URL));
      await vi.advanceTimersByTimeAsync(300);
      return Promise.all((await Promise.all(asked)).map((answer) => answer.text()));
    };
    await ask(10);
    expect(last(points, 'events')).toBe('budget_refused');
    dead = true;
    expect([await ask(1), await ask(1), await ask(1)]).toEqual([['b'], ['b'], ['b']]);
  });

  it('stays within its budget, even if hedges succeed', async () => {
    const budget = { percent: 0, min_per_s: 0.2 };
    const retry = { ...balancer().retry, budget };
    const { request, tickets, points } = setUpHedge((name) => (name === 'a' ? 200 : 10), { retry });
    const asked = Array.from({ length: 10 }, () => request(URL));
    await vi.advanceTimersByTimeAsync(1_000);
    for (const answer of await Promise.all(asked)) expect(answer.status).toBe(200);
    expect(tickets).toHaveLength(12);
    expect(last(points, 'events')).toBe('budget_refused');
  });

  it('waits for a percentile of the times it has seen, and hedges nothing before it has seen enough', async () => {
    let slow = true;
    const { request, ask, tickets } = setUpHedge((name) => (name === 'a' && slow ? 20_000 : 100), {
      hedging: { percentile: 95 },
    });
    expect(await ask()).toEqual(['a', 20_000]);
    slow = false;
    const fast = Array.from({ length: 120 }, () => request(URL));
    await vi.advanceTimersByTimeAsync(1_000);
    await Promise.all(fast);
    slow = true;
    tickets.length = 0;
    const [answer, ms] = await ask();
    expect([answer, tickets.length]).toEqual(['b', 2]);
    // All answers took 100 ms, and a percentile is at most a tenth too high.
    expect(ms).toBeGreaterThanOrEqual(200);
    expect(ms).toBeLessThanOrEqual(211);
  });
});

describe('a first attempt that has lost to a hedge', () => {
  /** Sends 20 requests, one after the other. Each goes to `a` first. @returns how often `a` was asked */
  const ejected = async (takes: (name: string) => number, change: Partial<Balancer> = {}) => {
    const set = setUpHedge(takes, change, [poolOf('abc')]);
    for (let i = 0; i < 20; i++) {
      const answer = set.request(URL);
      await vi.advanceTimersByTimeAsync(1_000);
      await (await answer).text();
    }
    await vi.advanceTimersByTimeAsync(100_000);
    await set.settled();
    expect(['p/a', 'p/b', 'p/c'].map((id) => set.isolate.inflight.of(id as 'p/a'))).toEqual([0, 0, 0]);
    return { asked: set.tickets.filter(({ origin }) => origin === 'p/a').length, ...set };
  };

  it('counts as a failure if its origin hangs, which is ejected after five requests', async () => {
    const { asked, isolate } = await ejected((name) => (name === 'a' ? 1_000_000 : 20));
    expect(asked).toBe(5);
    expect(isolate.guards.outliers.quiet).toBe(false);
  });

  it('does not count if its origin is only a little slower', async () => {
    // It loses each time, because the hedge begins after 50 ms and answers after 70.
    const { asked, points } = await ejected((name) => (name === 'a' ? 130 : 20));
    expect(asked).toBe(20);
    expect(last(points, 'events')).toBe('hedge_won,hedged');
  });

  it('counts with the time it took, or the time until it was aborted, for policies that choose by time', async () => {
    for (const [takes_ms, known_ms] of [
      [130, 130],
      [1_000_000, 170],
    ] as const) {
      const { ask, isolate } = setUpHedge(
        (name) => (name === 'a' ? takes_ms : 20),
        {},
        undefined,
        'peak_ewma',
      );
      await ask();
      // With this decay time, the estimate hardly fades.
      const seen_ms = isolate.latency.of('p/a', 30, 1e12, Date.now());
      expect(seen_ms).toBeGreaterThanOrEqual(known_ms - 1);
    }
  });
});

it('shortens the tail as predicted: P(T > t) = P(A > t) * P(B > t - d), at the cost of P(A > d) more requests', async () => {
  // The times are exponential with a mean of 1 s. Hedges begin after d = ln 20 s, their 95th percentile.
  const mean_ms = 1_000;
  const delay_ms = Math.round(Math.log(20) * mean_ms);
  let state = 42;
  const uniform = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const { request, tickets } = setUpHedge(() => -Math.log(uniform()) * mean_ms, {
    hedging: { after_ms: delay_ms },
  });
  const count = 1_000;
  const times: number[] = [];
  for (let wave = 0; wave < 20; wave++) {
    const began = Date.now();
    const asked = Array.from({ length: count / 20 }, async () => {
      await (await request(URL)).text();
      times.push(Date.now() - began);
    });
    await vi.advanceTimersByTimeAsync(20_000);
    await Promise.all(asked);
  }
  times.sort((a, b) => a - b);
  const p99 = (times[Math.floor(count * 0.99)] ?? 0) / mean_ms;
  // The predicted p99 is 3.80 (4.61 without hedging). The density there is 0.02, so a standard error is 0.16. Allow three.
  expect(Math.abs(p99 - 3.8)).toBeLessThan(0.48);
  // 5 % of 1,000 requests are hedged. A standard error is 7. Allow four.
  expect(Math.abs(tickets.length - count - 50)).toBeLessThan(28);
});
