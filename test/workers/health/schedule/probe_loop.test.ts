import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProbeOrder, ProbeResult } from '../../../../shared/contracts/carrying.ts';
import { type Env, IO } from '../../../../workers/health/env.ts';
import { QUICK_MS } from '../../../../workers/health/probe/check_in_turn.ts';
import { watched } from '../../../../workers/health/probe/order.ts';
import { ProbeLoop, TICK_MS } from '../../../../workers/health/schedule/probe_loop.ts';
import { JITTER } from '../../../../workers/health/schedule/schedule.ts';
import { fakeKv } from '../fake_kv.ts';
import { config, origin, sequence } from '../fixture.ts';

const INTERVAL_MS = 5_000;
const SLOTS = 5;
/** Resolution of this test's clock. */
const STEP_MS = 50;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, 'log').mockImplementation(() => {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/**
 * Checks `hung` and `good` origins with an interval of 5 s, a timeout of 2 s and two retries. The `hung` ones answer until `hang()` is
 * called.
 */
function setUp(hung: number, good: number, hung_interval_ms = INTERVAL_MS) {
  const checks = new Map<string, number[]>();
  let hanging = false;
  const probe = async (order: ProbeOrder): Promise<ProbeResult> => {
    checks.set(order.origin, [...(checks.get(order.origin) ?? []), Date.now()]);
    const hangs = hanging && order.origin.startsWith('p/hung');
    await new Promise((resolve) => setTimeout(resolve, hangs ? order.timeout_ms : 20));
    return hangs
      ? { healthy: false, reason: 'http_timeout', rtt_ms: order.timeout_ms, status: 0 }
      : { healthy: true, rtt_ms: 20, status: 200 };
  };
  const listed = (name: string, count: number, interval_ms: number) =>
    watched(
      config(
        Array.from({ length: count }, (_, n) => origin(`${name}${n}`)),
        { monitor: { interval_ms, timeout_ms: 2_000, retries: 2 } },
      ),
    );
  const hanging_ones = listed('hung', hung, hung_interval_ms);
  const io = { ...IO, random: sequence(7) };
  const loop = new ProbeLoop(fakeKv(), { PROXY: { probe } } as unknown as Env, 'default', SLOTS, io);
  loop.follow([...hanging_ones, ...listed('good', good, INTERVAL_MS)]);
  /** Runs rounds as a Durable Object does: after a round, waits until the next one is due. */
  const run = async (ms: number) => {
    for (const end = Date.now() + ms; Date.now() < end; ) {
      const round = loop.tick();
      let ended = false;
      void round.then(() => {
        ended = true;
      });
      while (!ended) await vi.advanceTimersByTimeAsync(STEP_MS);
      const wait_ms = Math.min(loop.nextAt(Date.now()), end) - Date.now();
      if (wait_ms > 0) await vi.advanceTimersByTimeAsync(wait_ms);
    }
  };
  /** The longest time between two checks of a good origin, the second of them at or after `since`. */
  const longestGap = (since: number) =>
    Math.max(
      ...[...checks]
        .filter(([id]) => id.startsWith('p/good'))
        .flatMap(([, times]) =>
          times.slice(1).map((time, i) => (time >= since ? time - (times[i] ?? time) : 0)),
        ),
    );
  return {
    loop,
    run,
    longestGap,
    checks,
    hang: () => {
      hanging = true;
    },
    hurry: () => loop.hurry(new Set(hanging_ones.map(({ key }) => key))),
    heal: () => {
      hanging = false;
    },
  };
}

/** One interval plus jitter, and a few clock steps for a check that waits for the answers of others. */
const ON_TIME_MS = INTERVAL_MS * (1 + JITTER) + 4 * STEP_MS;

describe.each([
  [12, 1],
  [30, 5],
])('%d origins that hang', (hung, good) => {
  it('delay no other check once they are known to be slow', async () => {
    const { run, longestGap, hang } = setUp(hung, good);
    hang();
    await run(25_000);
    const since = Date.now();
    await run(40_000);
    expect(longestGap(since)).toBeLessThanOrEqual(ON_TIME_MS);
  });

  it('delay the others by at most a second for every three, when all begin to hang at once', async () => {
    const { run, longestGap, hang } = setUp(hung, good);
    await run(10_000);
    const since = Date.now();
    hang();
    await run(40_000);
    const quick_slots = SLOTS - Math.floor(SLOTS / 2);
    const delay_ms = Math.ceil(hung / quick_slots) * QUICK_MS;
    expect(longestGap(since)).toBeLessThanOrEqual(ON_TIME_MS + delay_ms);
  });

  it('are all found down, and later up again', async () => {
    const { loop, run, hang, heal } = setUp(hung, good);
    await run(10_000);
    hang();
    // Two slots, and twelve seconds for each origin.
    await run(hung * 6_500 + 10_000);
    const states = () => new Set([...loop.records.values()].map(({ verdict }) => verdict.state));
    expect(states()).toEqual(new Set(['down', 'up']));
    heal();
    await run(30_000);
    expect(states()).toEqual(new Set(['up']));
  });
});

it('a slow check does not stretch the interval of many quick checks', async () => {
  const { run, checks, hang } = setUp(1, 40);
  hang();
  await run(30_000);
  // 30 s in intervals of 5 s, with the first check somewhere in the first five seconds.
  for (const [id, times] of checks)
    if (id.startsWith('p/good')) expect(times.length).toBeGreaterThanOrEqual(5);
});

it('a hundred suspected origins that begin to hang delay each usual check by at most one round', async () => {
  const { run, longestGap, hang, hurry } = setUp(100, 8, 3_600_000);
  await run(10_000);
  const since = Date.now();
  hang();
  hurry();
  await run(60_000);
  expect(longestGap(since)).toBeLessThanOrEqual(ON_TIME_MS + TICK_MS);
});

it('an origin has all its retries until it is down, and then one attempt per check', async () => {
  const { loop, run, checks, hang } = setUp(1, 0);
  await run(10_000);
  hang();
  const tries = () => checks.get('p/hung0')?.length ?? 0;
  const before = tries();
  while (loop.records.get('p/hung0')?.verdict.state !== 'down') await run(500);
  // Two checks: one quick and three full attempts, then three full attempts.
  expect(tries() - before).toBe(7);
  await run(30_000);
  expect(tries() - before - 7).toBeLessThanOrEqual(30_000 / INTERVAL_MS);
});

describe('a suspected origin', () => {
  const HOUR_MS = 3_600_000;

  /** Checks `p/a` once an hour. It fails from `fail()` on. */
  function hourly(consecutive_down: number) {
    const checks: number[] = [];
    let failing = false;
    const probe = async (): Promise<ProbeResult> => {
      checks.push(Date.now());
      return failing
        ? { healthy: false, reason: 'tcp_connection_failed', rtt_ms: 1, status: 0 }
        : { healthy: true, rtt_ms: 1, status: 200 };
    };
    const loop = new ProbeLoop(fakeKv(), { PROXY: { probe } } as unknown as Env, 'default', SLOTS, {
      ...IO,
      random: () => 0,
    });
    const listed = watched(config([origin('a')], { monitor: { interval_ms: HOUR_MS, consecutive_down } }));
    loop.follow(listed);
    const run = async (ms: number) => {
      for (const end = Date.now() + ms; Date.now() < end; ) {
        await loop.tick();
        await vi.advanceTimersByTimeAsync(Math.min(loop.nextAt(Date.now()), end) - Date.now());
      }
    };
    return {
      loop,
      checks,
      listed,
      run,
      fail: () => {
        failing = true;
      },
      state: () => loop.records.get('p/a')?.verdict.state,
    };
  }

  it('is down a second after its last failure in a row, not after three intervals', async () => {
    const { loop, listed, run, fail, state, checks } = hourly(3);
    await run(60_000);
    fail();
    const began_at = Date.now();
    loop.hurry(new Set(listed.map(({ key }) => key)));
    await run(2_500);
    expect(checks.filter((at) => at >= began_at).map((at) => at - began_at)).toEqual([0, 1_000, 2_000]);
    expect(state()).toBe('down');
  });

  it('is checked once if that check succeeds, and then at its usual time', async () => {
    const { loop, listed, run, checks, state } = hourly(3);
    await run(60_000);
    const [first = 0] = checks;
    loop.hurry(new Set(listed.map(({ key }) => key)));
    await run(2 * HOUR_MS);
    expect(state()).toBe('up');
    expect(checks.slice(1).map((at) => (at - first) / HOUR_MS)).toEqual([60_000 / HOUR_MS, 1, 2]);
  });

  it('is not checked more often when it is down', async () => {
    const { loop, listed, run, fail, checks } = hourly(1);
    await run(60_000);
    fail();
    loop.hurry(new Set(listed.map(({ key }) => key)));
    await run(5_000);
    const before = checks.length;
    loop.hurry(new Set(listed.map(({ key }) => key)));
    await run(5_000);
    expect(checks).toHaveLength(before);
  });
});
