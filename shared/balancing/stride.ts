// Static stride scheduling, as in gRPC's weighted round robin: weighted turns whose only state is one number.
// https://github.com/grpc/proposal/blob/master/A58-client-side-weighted-round-robin-lb-policy.md and grpc/grpc,
// src/core/load_balancing/weighted_round_robin/static_stride_scheduler.cc

import { sumOf, wholeRatio } from './share_at.ts';

/** The largest weight of a table whose weights have no ratio of small whole numbers: 16 bits, as in gRPC. */
const FULL = 65_535;
/** No measured weight counts for more than this many times the mean: one odd report cannot take all traffic (gRPC). */
const MAX_RATIO = 10;
/** Nor for less than this share of it (gRPC C-core). */
const MIN_RATIO = 0.01;

/** Weights for counting turns. */
export interface Stride {
  /** Whole numbers from 1 to `full`. A target takes this many of every `full` turns of its own. */
  weights: readonly number[];
  /** The largest of `weights`. Its target never lets a turn pass. */
  full: number;
}

/**
 * Makes turns that give every target its exact share. Weights without a ratio of whole numbers up to 65535 are rounded to
 * 1/65535 of the largest one.
 *
 * `[1, 0.5]` -> `{ weights: [2, 1], full: 2 }`
 * @param given above 0, relative
 */
export function strideOf(given: readonly number[]): Stride {
  const largest = given.reduce((most, weight) => Math.max(most, weight), 0);
  const weights =
    wholeRatio(given, FULL * (sumOf(given) / largest)) ??
    given.map((weight) => Math.max(1, Math.round((weight / largest) * FULL)));
  return { weights, full: weights.reduce((most, weight) => Math.max(most, weight), 1) };
}

/**
 * Bounds measured weights by their mean, as gRPC does. Configured weights need no bounds.
 * @param measured 0 means unknown and gets the mean of the known ones; with fewer than two known, all are 1
 */
export function boundedWeights(measured: readonly number[]): number[] {
  const known = measured.filter((weight) => weight > 0);
  if (known.length < 2) return measured.map(() => 1);
  const mean = sumOf(known) / known.length;
  return measured.map((weight) =>
    weight > 0 ? Math.min(Math.max(weight, MIN_RATIO * mean), MAX_RATIO * mean) : mean,
  );
}

/**
 * The target whose turn it is. Targets are asked one after the other, and each takes `weight` of every `full` turns of its own.
 * @returns an index into `weights`; undefined: the target lets this turn pass
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
