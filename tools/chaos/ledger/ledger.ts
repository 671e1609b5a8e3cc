import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HEALTH, TRAFFIC } from '../../../shared/analytics/datasets.ts';
import type { PointOf } from '../../harness/analytics.ts';
import type { Sent, Session } from '../client/protocol.ts';
import type { Fault } from '../faults.ts';
import { MIRROR_POOL } from '../lanes.ts';
import type { MemorySample } from '../memory/growth.ts';
import type { Execution } from '../origin/protocol.ts';
import type { Generation } from '../stage/replaceable.ts';
import type { Publication } from '../stage/stage.ts';

/** A fault that happened. Times are milliseconds since the epoch. */
export interface Inflicted extends Fault {
  started_at: number;
  /** When the repair was done. */
  ended_at: number;
}

/** A data point of the gateway. */
export type Point = PointOf<typeof TRAFFIC> & {
  /** Milliseconds since the epoch; a little after the end of the request. */
  arrived_at: number;
};

/** A check, a change of state or an ejection. */
export type HealthPoint = PointOf<typeof HEALTH> & {
  /** Milliseconds since the epoch. */
  arrived_at: number;
};

/** Everything that users, applications, the harness and the gateway wrote down in a run. */
export interface Ledger {
  minutes: number;
  seed: number;
  rate: number;
  /** Whether a configuration was published every second, from the first fault to the last. */
  publish: boolean;
  /** When the load began. Milliseconds since the epoch. */
  started_at: number;
  ended_at: number;
  sent: Sent[];
  sessions: Session[];
  executions: Execution[];
  faults: Inflicted[];
  publications: readonly Publication[];
  points: Point[];
  health: HealthPoint[];
  memory: MemorySample[];
  generations: Generation[];
  /** The output of all Workers. */
  output: string;
}

/** Reads the logs of all origins, in the order of time. A line that a kill cut short is left out. */
export function readExecutions(folder: string): Execution[] {
  const executions: Execution[] = [];
  for (const file of readdirSync(folder)) {
    const lines = readFileSync(join(folder, file), 'utf8').split('\n');
    for (const line of lines) if (line.endsWith('}')) executions.push(JSON.parse(line) as Execution);
  }
  return executions.sort((a, b) => a.at - b.at);
}

/** A ledger with its entries by request. */
export interface Book {
  ledger: Ledger;
  /** Steps of a request at origins. */
  executions(id: string): readonly Execution[];
  /** Data points of a request. */
  points(id: string): readonly Point[];
  /** Faults of an origin at any time from `from` to `to`. */
  faultsOf(origin: string, from: number, to: number): Inflicted[];
}

/** Indexes a ledger by request. */
export function openBook(ledger: Ledger): Book {
  const executions = Map.groupBy(ledger.executions, ({ id }) => id);
  const points = Map.groupBy(ledger.points, ({ path }) => path.slice(path.lastIndexOf('/') + 1));
  return {
    ledger,
    executions: (id) => executions.get(id) ?? [],
    points: (id) => points.get(id) ?? [],
    faultsOf: (origin, from, to) =>
      ledger.faults.filter(
        (fault) => fault.target === origin && fault.started_at <= to && fault.ended_at >= from,
      ),
  };
}

/** How often applications executed a request. The execution of a copy by the mirror does not count. */
export function timesExecuted(book: Book, id: string): number {
  return book.executions(id).filter(({ step, origin }) => step === 'executed' && !isMirror(origin)).length;
}

/** Whether an origin belongs to the mirror. */
export function isMirror(origin: string): boolean {
  return origin.startsWith(`${MIRROR_POOL}/`);
}
