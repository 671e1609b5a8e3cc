import type { Mark } from './marks.ts';

/** Requests of one step of a chart. */
export interface Step {
  /** Start, seconds since the epoch. */
  at: number;
  requests: number;
  failed: number;
}

/** A rise of failures, and the change before it. */
export interface Burst {
  /** The step in which it began, seconds since the epoch. */
  at: number;
  /** Share of failures since then, 0 to 1. */
  share: number;
  /** The last change before it. Undefined: there was none shortly before. */
  after: Mark | undefined;
}

/** A share of failures below this is no burst. */
const LEAST_SHARE = 0.05;
const LEAST_FAILED = 5;
/** A burst is this many times as bad as the range otherwise is. */
const FACTOR = 3;
/** A change counts as the one before a burst if it came in this many steps before it. */
const NEAR_STEPS = 4;

/**
 * The latest rise of failures. A step belongs to one if its share of failures is at least {@link LEAST_SHARE} and {@link FACTOR}
 * times the median of all steps.
 * @param steps in the order of time
 * @param marks in any order
 */
export function errorBurst(
  steps: readonly Step[],
  marks: readonly Mark[],
  step_s: number,
): Burst | undefined {
  const busy = steps.filter(({ requests }) => requests > 0);
  const shares = busy.map(({ failed, requests }) => failed / requests).sort((a, b) => a - b);
  const median = shares[Math.floor(shares.length / 2)] ?? 0;
  // Where most steps fail, the median is no measure of what is ordinary.
  const ordinary = median < LEAST_SHARE ? median : (shares[0] ?? 0);
  const is_bad = ({ requests, failed }: Step) =>
    failed >= LEAST_FAILED && failed / requests >= Math.max(LEAST_SHARE, FACTOR * ordinary);
  const last = busy.findLastIndex(is_bad);
  if (last < 0) return undefined;
  let first = last;
  while (first > 0 && is_bad(busy[first - 1] ?? { at: 0, requests: 0, failed: 0 })) first--;
  const { at } = busy[first] ?? { at: 0 };
  const bad = busy.slice(first, last + 1);
  const sum = (pick: (step: Step) => number) => bad.reduce((total, step) => total + pick(step), 0);
  const before = marks
    .filter((mark) => mark.at < at + step_s && mark.at >= at - NEAR_STEPS * step_s)
    .sort((a, b) => b.at - a.at);
  return { at, share: sum(({ failed }) => failed) / sum(({ requests }) => requests), after: before[0] };
}
