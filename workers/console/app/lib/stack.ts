import type { Step } from './error_burst.ts';

/** A count of a series at a step. */
export interface Point {
  at: number;
  series: string;
  requests: number;
  failed: number;
}

/** Series over steps, each drawn on top of those before it. */
export interface Stack {
  /** Names, the busiest first. */
  series: string[];
  /** By series and step. */
  values: number[][];
  /** The sums up to and with each series. */
  tops: number[][];
}

/** Stacks points over the steps of a range. A step without a point counts 0. */
export function stackOf(points: readonly Point[], steps: readonly number[]): Stack {
  const totals = new Map<string, number>();
  for (const { series, requests } of points) totals.set(series, (totals.get(series) ?? 0) + requests);
  const series = [...totals.keys()].sort(
    (a, b) => (totals.get(b) ?? 0) - (totals.get(a) ?? 0) || (a < b ? -1 : 1),
  );
  const index = new Map(steps.map((at, i) => [at, i]));
  const values = series.map(() => steps.map(() => 0));
  for (const { at, series: name, requests } of points) {
    const row = values[series.indexOf(name)];
    const i = index.get(at);
    if (row !== undefined && i !== undefined) row[i] = (row[i] ?? 0) + requests;
  }
  const tops: number[][] = [];
  for (const row of values) {
    const below = tops.at(-1);
    tops.push(row.map((value, i) => value + (below?.[i] ?? 0)));
  }
  return { series, values, tops };
}

/** Requests and failures of each step, of all series together. */
export function failuresOf(points: readonly Point[], steps: readonly number[]): Step[] {
  const by_step = new Map(steps.map((at) => [at, { at, requests: 0, failed: 0 }]));
  for (const { at, requests, failed } of points) {
    const step = by_step.get(at);
    if (step === undefined) continue;
    step.requests += requests;
    step.failed += failed;
  }
  return [...by_step.values()];
}
