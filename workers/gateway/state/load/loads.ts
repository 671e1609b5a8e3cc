import { Inflight } from './inflight.ts';
import { PeakEwma } from './peak_ewma.ts';
import { ReportedTurns } from './reported_turns.ts';
import { Reports } from './reports.ts';

/** How busy origins are, as one isolate knows it from the requests that it carries itself. */
export interface Loads {
  readonly inflight: Inflight;
  readonly latency: PeakEwma;
  readonly reports: Reports;
  readonly turns: ReportedTurns;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** The loads of an isolate that has carried nothing yet. */
export function newLoads(now: () => number, random: () => number): Loads {
  return {
    inflight: new Inflight(),
    latency: new PeakEwma(),
    reports: new Reports(),
    turns: new ReportedTurns(),
    now,
    random,
  };
}
