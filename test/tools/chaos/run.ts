import type { Sent, Session } from '../../../tools/chaos/client/protocol.ts';
import { judge } from '../../../tools/chaos/ledger/judge.ts';
import type { HealthPoint, Inflicted, Ledger, Point } from '../../../tools/chaos/ledger/ledger.ts';
import type { Execution, Step } from '../../../tools/chaos/origin/protocol.ts';

// Ledgers for tests of the judge.

/** A time in these tests: seconds from the start of the load. */
const START = 1_000_000;
export const at = (seconds: number) => START + seconds * 1_000;

export const sent = (change: Partial<Sent> = {}): Sent => ({
  id: 'x',
  kind: 'short',
  lane: '',
  key: '',
  leaving: undefined,
  cookie: '',
  given: '',
  left_at: 0,
  last: false,
  at: at(10),
  ended_at: at(10.1),
  status: 200,
  origin: 'a/1',
  body: 'right',
  bytes: 6_000,
  error: '',
  ...change,
});

export const step = (name: Step, seconds: number, change: Partial<Execution> = {}): Execution => ({
  at: at(seconds),
  origin: 'a/1',
  pid: 1,
  number: 1,
  id: 'x',
  kind: 'short',
  step: name,
  ...change,
});

export const fault = (kind: Inflicted['kind'], from: number, to: number, target = 'a/1'): Inflicted => ({
  kind,
  target,
  at_ms: from * 1_000,
  for_ms: (to - from) * 1_000,
  started_at: at(from),
  ended_at: at(to),
});

export const point = (change: Partial<Point> = {}) =>
  ({
    path: '/files/short/x',
    origin: 'a/1',
    failed_origins: '',
    outcome: 'ok',
    total_ms: 100,
    first_byte_ms: 90,
    attempts: 1,
    events: '',
    inflight: 0,
    config_version: 1,
    arrived_at: at(10.1),
    ...change,
  }) as Point;

export const session: Session = {
  id: 'w',
  at: at(0),
  ended_at: at(60),
  origin: 'c/1',
  frames: 9,
  echoed: 9,
  wrong: '',
  ended_by: 'client',
  error: '',
};

/** The ledger of a run of one request without errors, with the changes of a test. */
export function ledger(change: Partial<Ledger> = {}): Ledger {
  return {
    minutes: 1,
    seed: 1,
    rate: 1 / 60,
    publish: false,
    started_at: START,
    ended_at: at(60),
    sent: [sent()],
    sessions: [session],
    executions: [step('arrived', 10), step('executed', 10), step('answered', 10.1)],
    faults: [fault('slow', 30, 35, 'b/1')],
    publications: [{ version: 1, at: START }],
    points: [point()],
    health: [],
    memory: [],
    generations: [{ worker: 'gateway', pid: 1, inspector_port: 1, started_at: START, retired_at: Infinity }],
    output: '',
    ...change,
  };
}

/** The names of the conditions that the judge finds violated. */
export const found = (change: Partial<Ledger>) =>
  judge(ledger(change))
    .conditions.filter((condition) => condition.found > 0)
    .map(({ name }) => name);

/** A row of the `health` dataset. */
export const health = (seconds: number, change: Partial<HealthPoint>) =>
  ({ arrived_at: at(seconds), kind: 'transition', origin: 'a/1', until_ms: 0, ...change }) as HealthPoint;

/** One request of a run. Its execution and its data point follow from it. */
export interface Request extends Partial<Sent> {
  id: string;
  /** Seconds from the start. */
  from: number;
}

/** The ledger of a run of these requests, each executed once by its origin. */
export function run(requests: readonly Request[], change: Partial<Ledger> = {}): Partial<Ledger> {
  const all = requests.map(({ from, ...one }) => sent({ at: at(from), ended_at: at(from + 0.1), ...one }));
  return {
    sent: all,
    executions: all.map(({ id, kind, origin }, index) =>
      step('arrived', requests[index]?.from ?? 0, { id, kind, origin }),
    ),
    points: all.map(({ id, kind, origin, lane }) =>
      point({ path: `/x/${kind}/${id}`, origin, events: lane === '' ? '' : `rule:${lane}` }),
    ),
    ...change,
  };
}
