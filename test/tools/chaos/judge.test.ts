import { describe, expect, it } from 'vitest';
import type { Sent, Session } from '../../../tools/chaos/client/protocol.ts';
import { judge } from '../../../tools/chaos/ledger/judge.ts';
import type { Ledger } from '../../../tools/chaos/ledger/ledger.ts';
import { at, fault, found, ledger, point, sent, session, step } from './run.ts';

// A judge that passes every run would make the harness worthless. Here, and in judge_traffic.test.ts, each condition is
// violated once.

const post = (change: Partial<Sent> = {}) => sent({ kind: 'post', ...change });

describe('the judge', () => {
  it('passes a run in which everything was served', () => {
    const verdict = judge(ledger());
    expect(verdict).toMatchObject({ holds: true, errors: [], classes: { served: 1, failed: 0 } });
  });

  it('finds a failed idempotent request, whatever was broken at the time', () => {
    const faults = [fault('kill', 9, 20)];
    const change = { sent: [sent({ status: 503, body: 'none' })], faults };
    expect(found(change)).toEqual(['failed idempotent requests']);
    expect(judge(ledger(change)).errors).toMatchObject([{ class: 'failed', count: 1, ids: ['x'] }]);
  });

  it('finds a request without an answer, idempotent or not', () => {
    expect(found({ sent: [sent({ status: 0, body: 'none' })] })).toEqual(['failed idempotent requests']);
    expect(found({ sent: [post({ status: 0, body: 'none' })] })).toEqual([
      'non-idempotent requests without an answer',
    ]);
  });

  it('finds a POST that two origins executed', () => {
    const twice = [step('executed', 10), step('executed', 10.05, { origin: 'a/2' })];
    const points = [point({ attempts: 2, failed_origins: 'a/1' })];
    expect(found({ sent: [post()], executions: twice, points })).toEqual([
      'non-idempotent requests executed more than once',
    ]);
  });

  it('allows a PUT to be executed twice', () => {
    const twice = [step('executed', 10), step('executed', 10.05, { origin: 'a/2' })];
    const points = [point({ attempts: 2, failed_origins: 'a/1' })];
    expect(found({ sent: [sent({ kind: 'put' })], executions: twice, points })).toEqual([]);
  });

  it('finds a POST that succeeded although no origin executed it', () => {
    expect(found({ sent: [post()], executions: [step('arrived', 10)] })).toEqual([
      'non-idempotent requests answered with success but not executed',
    ]);
  });

  it('finds wrong bodies of answers and of requests', () => {
    expect(found({ sent: [sent({ body: 'wrong' })] })).toEqual([
      'failed idempotent requests',
      'wrong or mixed-up answers',
    ]);
    expect(found({ executions: [step('wrong_body', 10), step('executed', 10)] })).toEqual([
      'requests that arrived with a wrong body',
    ]);
  });

  it('allows a POST to fail at a broken origin, and names the fault', () => {
    const change: Partial<Ledger> = {
      sent: [post({ status: 502, body: 'none' })],
      executions: [step('executed', 10), step('broke', 10)],
      points: [point({ outcome: 'connection_lost' })],
      faults: [fault('reset_late', 9, 12)],
    };
    expect(found(change)).toEqual([]);
    expect(judge(ledger(change)).errors).toMatchObject([
      { class: 'not_repeatable', cause: 'POST 502 connection_lost: reset_late' },
    ]);
    expect(found({ ...change, faults: [fault('reset_late', 20, 22)] })).toEqual([
      'errors other than timeouts that no fault explains',
    ]);
  });

  it('excuses a cut answer only if its origin was broken meanwhile and never finished it', () => {
    const cut = sent({ kind: 'long', body: 'cut', bytes: 50_000 });
    const executions = [step('executed', 10, { kind: 'long' })];
    const faults = [fault('kill', 10.05, 15)];
    expect(found({ sent: [cut], executions, faults })).toEqual([]);
    const failed = ['failed idempotent requests'];
    expect(found({ sent: [cut], executions, faults: [fault('kill', 10.05, 15, 'a/2')] })).toEqual(failed);
    expect(found({ sent: [cut], executions, faults: [fault('kill', 11, 15)] })).toEqual(failed);
    expect(found({ sent: [cut], executions, faults: [fault('slow', 9, 15)] })).toEqual(failed);
    const answered = [...executions, step('answered', 10.02)];
    expect(found({ sent: [cut], executions: answered, faults })).toEqual(failed);
    // The gateway holds a short answer for 0.3 s, unless the request must not be repeated.
    expect(found({ sent: [sent({ body: 'cut' })], executions, faults })).toEqual(failed);
    const points = [point({ first_byte_ms: 10, total_ms: 400 })];
    expect(found({ sent: [sent({ body: 'cut' })], executions, faults, points })).toEqual([]);
    expect(found({ sent: [post({ body: 'cut' })], executions, faults })).toEqual([]);
  });

  it('finds an internal error of the gateway, although the request was answered', () => {
    expect(found({ points: [point(), point({ outcome: 'internal_error' })] })).toEqual([
      'internal errors of the gateway',
    ]);
  });

  it('finds a WebSocket that was lost although its origin lived, and one with frames out of order', () => {
    const lost: Session = { ...session, ended_by: 'lost', ended_at: at(31) };
    const name = 'WebSockets lost although their origin was not killed';
    expect(found({ sessions: [session, lost], faults: [fault('kill', 30.5, 35, 'c/1')] })).toEqual([]);
    expect(found({ sessions: [session, lost], faults: [fault('kill', 30.5, 35, 'c/2')] })).toEqual([name]);
    expect(found({ sessions: [session, lost], faults: [fault('refuse', 30.5, 35, 'c/1')] })).toEqual([name]);
    expect(found({ sessions: [{ ...session, wrong: 'frame 3 came back as "5"' }] })).toEqual([
      'WebSockets whose frames did not come back in order',
    ]);
  });

  it('finds a Worker whose heap or process grew beyond its limit', () => {
    const samples = (heap_mib: number, resident_mib: number) =>
      Array.from({ length: 24 }, (_, index) => ({
        at: at(index * 2.5),
        worker: 'gateway',
        pid: 1,
        heap_bytes: (2 + (heap_mib * index) / 23) * 2 ** 20,
        resident_bytes: (80 + (resident_mib * index) / 23) * 2 ** 20,
      }));
    expect(found({ memory: samples(2, 20) })).toEqual([]);
    expect(found({ memory: samples(8, 20) })).toEqual(['Workers whose memory grew']);
    expect(found({ memory: samples(2, 120) })).toEqual(['Workers whose memory grew']);
  });

  it('finds a heap that never shrinks, but not requests that a fault holds in flight at the end', () => {
    // Sizes of a run of three minutes at 120 requests per second: 13 MiB while a fault held requests, 2.5 MiB otherwise.
    const samples = (end_mib: readonly number[]) =>
      [2.3, 2.5, 2.4, 2.4, 2.6, 2.3, ...Array.from({ length: 11 }, () => 2.5), ...end_mib].map(
        (mib, index) => ({
          at: at(5 + index * 2.5),
          worker: 'gateway',
          pid: 1,
          heap_bytes: mib * 2 ** 20,
          resident_bytes: 90 * 2 ** 20,
        }),
      );
    expect(found({ memory: samples([13, 13.1, 12.9, 13, 2.5]) })).toEqual([]);
    expect(found({ memory: samples([13, 13.1, 12.9, 13, 12.5]) })).toEqual(['Workers whose memory grew']);
  });

  it('measures a process that started during a pause from its first request', () => {
    // Resident memory: 20 MiB while nobody sends, then 80 MiB while the process serves.
    const memory = Array.from({ length: 24 }, (_, index) => ({
      at: at(index * 2.5),
      worker: 'gateway',
      pid: 1,
      heap_bytes: 2 ** 20,
      resident_bytes: (index * 2.5 < 14 ? 20 : 80) * 2 ** 20,
    }));
    expect(found({ memory, sent: [sent({ at: at(14), ended_at: at(14.1) })] })).toEqual([]);
    expect(found({ memory, sent: [sent({ at: at(0), ended_at: at(0.1) })] })).toEqual([
      'Workers whose memory grew',
    ]);
  });

  it('restarts the measurement after a long pause, in which a process shrinks, but not after a short one', () => {
    const memory = Array.from({ length: 24 }, (_, index) => ({
      at: at(index * 2.5),
      worker: 'gateway',
      pid: 1,
      heap_bytes: 2 ** 20,
      resident_bytes: (index * 2.5 < 18 ? 20 : 80) * 2 ** 20,
    }));
    const used = (...seconds: number[]) =>
      found({ memory, sent: seconds.map((s) => sent({ at: at(s), ended_at: at(s + 0.1) })) });
    expect(used(0, 3, 6, 18)).not.toContain('Workers whose memory grew');
    expect(used(0, 3, 6, 12, 18)).toContain('Workers whose memory grew');
  });

  it('distrusts a run with few requests, without faults or without data points', () => {
    const name = ['reasons to distrust the run'];
    expect(found({ rate: 1 })).toEqual(name);
    expect(found({ faults: [] })).toEqual(name);
    expect(found({ points: [] })).toEqual(name);
    expect(found({ sessions: [] })).toEqual(name);
  });
});

describe('steering', () => {
  const tried = (seconds: number, origin: string, failed_origins = '') =>
    point({ path: `/files/short/${seconds}`, origin, failed_origins, arrived_at: at(seconds), total_ms: 0 });

  it('counts from the fault to the last first try, and from its end to the next first try', () => {
    const points = [
      tried(9, 'a/1'),
      tried(11, 'a/2', 'a/1'),
      tried(12, 'a/2', 'a/1,a/3'),
      tried(13, 'a/1', 'a/2'),
      tried(21.5, 'a/1'),
    ];
    const { steering } = judge(ledger({ points, faults: [fault('kill', 10, 20)] }));
    expect(steering).toMatchObject([{ first_tries: 2, away_s: 2, back_s: 1.5 }]);
  });

  it('reports an origin that was tried first until the end, and one that no request returned to', () => {
    const points = [tried(19, 'a/2', 'a/1')];
    const { steering } = judge(ledger({ points, faults: [fault('flap', 10, 20)] }));
    expect(steering).toMatchObject([{ first_tries: 1, away_s: undefined, back_s: undefined }]);
  });
});
