import { describe, expect, it } from 'vitest';
import type { Sent } from '../../../tools/chaos/client/protocol.ts';
import { judge } from '../../../tools/chaos/ledger/judge.ts';
import type { Ledger } from '../../../tools/chaos/ledger/ledger.ts';
import { at, fault, found, ledger, point, type Request, run, sent, step } from './run.ts';

// The conditions about rules, hedges, mirrors, limits and clients that leave. Each is violated once here.

describe('rules', () => {
  const NAME = ['requests that reached a pool against their rule'];

  it('finds a request in a pool of another lane, and one that a rule should have answered', () => {
    const page = (lane: string, origin: string) =>
      found(run([{ id: '1', kind: 'page', lane, key: 'k', from: 20, origin }]));
    expect([page('', 'a/1'), page('', 'c/1'), page('beta', 'b/1'), page('beta', 'd/1')].flat()).toEqual([]);
    expect(page('', 'b/1')).toEqual(NAME);
    expect(page('beta', 'a/1')).toEqual(NAME);
    expect(found(run([{ id: '1', kind: 'closed', from: 20, origin: 'a/1', status: 410 }]))).toEqual(NAME);
  });
});

describe('hedges', () => {
  const twice = [step('executed', 10), step('executed', 10.05, { origin: 'a/2' })];
  const executed = (change: Parameters<typeof point>[0]) =>
    found({ executions: twice, points: [point({ attempts: 2, ...change })] });

  it('explains a GET that was executed twice only by a hedge or a failed attempt', () => {
    const NAME = ['executions that neither a retry nor a hedge explains'];
    expect(executed({ events: 'ejected,hedged' })).toEqual([]);
    expect(executed({ failed_origins: 'a/1' })).toEqual([]);
    expect(executed({})).toEqual(NAME);
    expect(executed({ attempts: 1, events: 'hedged' })).toEqual(NAME);
  });

  it('finds a POST that was hedged, even if it was executed once', () => {
    const change = { sent: [sent({ kind: 'post' })], points: [point({ attempts: 2, events: 'hedged' })] };
    expect(found(change)).toEqual(['non-idempotent requests that were hedged']);
  });
});

describe('a mirror', () => {
  const NAME = ['wrong copies, and answers of the mirror to users'];
  const copy = step('arrived', 10.1, { origin: 'm/1', copy: true });
  const call = (change: Partial<Sent>, executions = [step('arrived', 10), copy], events = 'mirrored') =>
    found({ sent: [sent({ kind: 'call', ...change })], executions, points: [point({ events })] });

  it('allows one copy of a request that was served', () => {
    expect(call({})).toEqual([]);
  });

  it('finds copies of refused requests, second copies, and copies for a balancer without a mirror', () => {
    expect(call({ status: 429, body: 'none' })).toEqual([...NAME, 'requests refused below their limit']);
    expect(call({}, [step('arrived', 10), copy, copy])).toEqual(NAME);
    expect(call({ kind: 'short' })).toEqual(NAME);
    expect(call({}, [step('arrived', 10), copy], '')).toEqual(NAME);
  });

  it('finds an answer of the mirror, an unmarked copy, and a marked request at another origin', () => {
    expect(call({ origin: 'm/1' })).toEqual(NAME);
    expect(call({}, [step('arrived', 10), step('arrived', 10.1, { origin: 'm/1' })])).toEqual(NAME);
    expect(call({}, [step('arrived', 10, { copy: true })])).toEqual(NAME);
  });

  it('does not count the execution by the mirror', () => {
    const executions = [step('executed', 10), step('executed', 10.1, { origin: 'm/1', copy: true })];
    expect(found({ sent: [sent({ kind: 'comment' })], executions })).toEqual([]);
  });
});

describe('a limit', () => {
  const calls = (count: number, status: number, from = 20) =>
    Array.from({ length: count }, (_, index): Request => {
      const body = status === 200 ? 'right' : 'none';
      return { id: `${status}-${index}`, kind: 'call', key: 'k', from: from + index / 100, status, body };
    });

  it('allows requests above it to be refused, and counts them as neither served nor failed', () => {
    const verdict = judge(ledger(run([...calls(20, 200), ...calls(5, 429, 21)])));
    expect(verdict).toMatchObject({
      holds: true,
      errors: [],
      classes: { served: 20, limited: 5, failed: 0 },
    });
  });

  it('finds a request that was refused below it, and requests that were served above it', () => {
    expect(found(run([...calls(19, 200), ...calls(1, 429, 21)]))).toEqual([
      'requests refused below their limit',
    ]);
    expect(found(run(calls(40, 200)))).toEqual([]);
    expect(found(run(calls(41, 200)))).toEqual(['requests served above their limit']);
  });

  it('excuses requests above it if the limiter failed or the gateway was restarted', () => {
    const points = calls(41, 200).map(({ id }) => point({ path: `/x/call/${id}`, events: 'limiter_failed' }));
    expect(found(run(calls(41, 200), { points }))).toEqual([]);
    const begun = {
      worker: 'gateway',
      pid: 2,
      inspector_port: 2,
      started_at: at(20.1),
      retired_at: Infinity,
    };
    expect(found(run(calls(41, 200), { generations: [begun] }))).toEqual([]);
  });
});

describe('clients that leave', () => {
  const left = sent({ left_at: at(10.1), body: 'none', status: 0, origin: '' });

  it('count as neither served nor failed, and so does a client that stalls in its upload', () => {
    const stalled = sent({
      id: 'y',
      kind: 'post',
      status: 408,
      body: 'none',
      leaving: { in: 'upload', after_ms: 3_000 },
    });
    expect(judge(ledger({ sent: [left, stalled] }))).toMatchObject({
      holds: true,
      classes: { left: 2, failed: 0 },
    });
    expect(found({ sent: [sent(), { ...stalled, leaving: undefined }] })).toEqual([
      'non-idempotent requests without an answer',
    ]);
  });

  it('are found if an attempt came after they had left, except within the time that the notice takes', () => {
    const later = (seconds: number, change: Partial<Ledger> = {}) =>
      found({ sent: [left], executions: [step('arrived', 10), step('arrived', seconds)], ...change });
    expect(later(11)).toEqual([]);
    expect(later(11.2)).toEqual(['requests sent to an origin after their client had left']);
    // It arrived while the origin was paused, and was read afterwards.
    expect(later(14, { faults: [fault('pause', 9, 13.9)] })).toEqual([]);
  });

  it('get more time for the notice while all messages are late', () => {
    const others = ['1', '2', '3'].map((id) => sent({ id, at: at(10), ended_at: at(13) }));
    const points = [...others, left].map(({ id }) => point({ path: `/files/short/${id}` }));
    const later = (seconds: number) =>
      found({
        sent: [left, ...others],
        points,
        executions: [step('arrived', seconds), ...others.map(({ id }) => step('arrived', 12, { id }))],
      });
    expect(later(15)).toEqual([]);
    expect(later(15.2)).toEqual(['requests sent to an origin after their client had left']);
  });

  it('finds a request of the last round that failed or found others in flight', () => {
    const NAME = 'requests of the last round that failed or found requests in flight';
    const last = sent({ last: true });
    expect(found({ sent: [last] })).toEqual([]);
    expect(found({ sent: [last], points: [point({ inflight: 1 })] })).toEqual([NAME]);
    expect(found({ sent: [{ ...last, status: 503, body: 'none' }] })).toContain(NAME);
  });
});

it('distrusts a long run in which no client left, no request was refused and nothing was copied', () => {
  const requests = Array.from(
    { length: 2_000 },
    (_, index): Request => ({ id: `${index}`, from: index / 40 }),
  );
  expect(found(run(requests))).toEqual(['reasons to distrust the run']);
});
