import type { Figures } from '../figures.ts';
import type { ScenarioFile } from '../scenario.ts';
import type { Row } from './preset.ts';

// The system of queueing theory: Poisson arrivals, servers that take one request at a time in the order of arrival, and a
// mean service time of 1. Here that is 1 ms, so times in milliseconds are in service times.

/** Share of requests that is left out at the start, where queues are still empty. */
const WARMUP = 0.1;

/**
 * Isolates for presets in which `random` has to match the formulas for independent draws. One isolate spreads its first choices
 * evenly, which makes mean times a third shorter. Many isolates that know nothing of each other come close to independent
 * draws. At load 0.9 and 1.5 million requests, 500 of them are still 11 % short; 3,000 are within the confidence interval.
 */
export const MANY_ISOLATES = 3_000;

/** A scenario of queues. @param load arrivals per server and service time */
export function queues(
  { servers, load, requests }: { servers: number; load: number; requests: number },
  more: Partial<ScenarioFile> = {},
): ScenarioFile {
  return {
    seed: 1,
    requests: Math.round(requests),
    warmup: WARMUP,
    arrivals: { poisson_per_s: servers * load * 1_000 },
    origins: Array.from({ length: servers }, (_, index) => ({
      id: `origin-${index + 1}`,
      servers: 1,
      service: { exponential_ms: 1 },
    })),
    ...more,
  };
}

/** A load, and the requests that a narrow confidence interval needs. Long queues need more of them. */
export interface Case {
  load: number;
  requests: number;
}

/** Highest load of a quick run. Above it, the run would be too short for its confidence interval. */
const QUICK_LOAD = 0.7;
/** Share of the requests in a quick run. The intervals are twice as wide. */
const QUICK_SHARE = 1 / 4;

/** The cases of a run. A quick run has fewer. */
export function casesFor(quick: boolean, cases: readonly Case[]): readonly Case[] {
  if (!quick) return cases;
  return cases
    .filter(({ load }) => load <= QUICK_LOAD)
    .map(({ load, requests }) => ({ load, requests: requests * QUICK_SHARE }));
}

/** An additional tolerance of a mean, as a share of the known figure. */
export interface Allowance {
  share: number;
  because: string;
}

/** A row about a mean time. Its tolerance is its confidence interval, plus an allowance. */
export function meanRow(
  what: string,
  { mean_ms, mean_error_ms = Number.NaN }: Figures,
  known: number,
  source: string,
  allowance?: Allowance,
): Row {
  const interval = `CI ${((mean_error_ms / known) * 100).toFixed(1)} %`;
  return {
    what,
    ours: mean_ms,
    known,
    source,
    relation: 'equal',
    tolerance: mean_error_ms + (allowance?.share ?? 0) * known,
    because: allowance === undefined ? interval : `${interval} + ${allowance.because}`,
  };
}
