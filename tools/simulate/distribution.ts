import type { Random } from '../project/random.ts';
import type { Service } from './scenario.ts';

/** Draws a service time of 0 or more milliseconds. */
export function drawService(service: Service, random: Random): number {
  const { fixed_ms, uniform_ms, exponential_ms, normal_ms, lognormal_ms } = service;
  if (fixed_ms !== undefined) return fixed_ms;
  if (uniform_ms !== undefined) return uniform_ms[0] + random() * (uniform_ms[1] - uniform_ms[0]);
  if (exponential_ms !== undefined) return exponential(exponential_ms, random);
  if (normal_ms !== undefined) return Math.max(0, normal_ms[0] + normal_ms[1] * normal(random));
  if (lognormal_ms !== undefined) return lognormal_ms[0] * Math.exp(lognormal_ms[1] * normal(random));
  return 0;
}

/** The mean of the times that {@link drawService} draws, in milliseconds. */
export function meanService(service: Service): number {
  const { fixed_ms, uniform_ms, exponential_ms, normal_ms, lognormal_ms } = service;
  if (uniform_ms !== undefined) return (uniform_ms[0] + uniform_ms[1]) / 2;
  if (normal_ms !== undefined) return meanCutAt0(...normal_ms);
  if (lognormal_ms !== undefined) return lognormal_ms[0] * Math.exp(lognormal_ms[1] ** 2 / 2);
  return fixed_ms ?? exponential_ms ?? 0;
}

/** An exponentially distributed number, such as the time between two arrivals of a Poisson process. */
export function exponential(mean: number, random: Random): number {
  // 1 - u is above 0, where the logarithm is finite.
  return -mean * Math.log(1 - random());
}

/** A standard normal number (Box-Muller). The second value is not used, so that each draw takes two random numbers. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** E[max(0, X)] for a normal X. */
function meanCutAt0(mean: number, sd: number): number {
  if (sd === 0) return mean;
  const z = mean / sd;
  return mean * cumulative(z) + (sd * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}

/** The standard normal distribution up to `z` (Abramowitz & Stegun 26.2.17, error below 7.5e-8). */
function cumulative(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const poly =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (poly * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
  return z >= 0 ? 1 - tail : tail;
}
