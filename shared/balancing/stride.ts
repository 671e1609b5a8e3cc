// Static stride scheduling, as gRPC's weighted round robin does it: weighted turns whose only moving state is one
// number. https://github.com/grpc/proposal/blob/master/A58-client-side-weighted-round-robin-lb-policy.md and
// grpc/grpc, src/core/load_balancing/weighted_round_robin/static_stride_scheduler.cc

import { wholeRatio } from './whole_ratio.ts';

/** The largest weight of a table whose weights have no ratio of small whole numbers: 16 bits, as in gRPC. */
const FULL = 65_535;
/** No measured weight counts for more than this many times the mean, so one odd report cannot take all traffic (gRPC C-core). */
const MAX_RATIO = 10;
/** Nor for less than this share of it (gRPC C-core). */
const MIN_RATIO = 0.01;

/** Weights as turns are counted by. */
export interface Stride {
  /** Whole numbers from 1 to `full`. A target takes this many of every `full` turns of its own. */
  weights: readonly number[];
  /** The largest of `weights`. Its target never lets a turn pass. */
  full: number;
}

/**
 * Makes turns that give every target its exact share. Where the weights have no whole numbers in their ratio with up to
 * 65535 for the largest, they are rounded to 1/65535 of the largest one.
 *
 * `[1, 0.5]` -> `{ weights: [2, 1], full: 2 }`
 * @param given above 0, relative
 */
export function strideOf(given: readonly number[]): Stride {
  const largest = given.reduce((most, weight) => Math.max(most, weight), 0);
  const total = given.reduce((sum, weight) => sum + weight, 0);
  const weights =
    wholeRatio(given, FULL * (total / largest)) ??
    given.map((weight) => Math.max(1, Math.round((weight / largest) * FULL)));
  return { weights, full: weights.reduce((most, weight) => Math.max(most, weight), 1) };
}

/**
 * Keeps measured weights within bounds of their mean, as gRPC does. Configured weights need no such bounds.
 * @param measured 0 means unknown and gets the mean of the known ones; with fewer than two known, all are 1
 */
export function boundedWeights(measured: readonly number[]): number[] {
  const known = measured.filter((weight) => weight > 0);
  if (known.length < 2) return measured.map(() => 1);
  const mean = known.reduce((sum, weight) => sum + weight, 0) / known.length;
  return measured.map((weight) =>
    weight > 0 ? Math.min(Math.max(weight, MIN_RATIO * mean), MAX_RATIO * mean) : mean,
  );
}

/**
 * Says whose turn number `turn` is: targets are asked one after the other, and each takes `weight` of every `full` turns of its
 * own.
 * @returns an index into `weights`; undefined: this one lets its turn pass
 */
export function strideTurn({ weights, full }: Stride, turn: number): number | undefined {
  const index = turn % weights.length;
  const weight = weights[index];
  if (weight === undefined) return undefined;
  const generation = Math.floor(turn / weights.length);
  // The offset keeps targets of equal weight from passing in the same generations.
  const passes = (weight * generation + index * (full >> 1)) % full < full - weight;
  return passes ? undefined : index;
}
