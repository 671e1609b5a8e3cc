import { Inflight } from './inflight.ts';
import { PeakEwma } from './peak_ewma.ts';
import { ReportedTurns } from './reported_turns.ts';
import { Reports } from './reports.ts';

/** What a gateway knows of how busy its origins are: one isolate's own view, of the requests that it carries itself. */
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

/** Those of a gateway that has carried nothing yet. */
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
