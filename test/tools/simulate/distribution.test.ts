import { describe, expect, it } from 'vitest';
import { randomOf } from '../../../tools/project/random.ts';
import { drawService, meanService } from '../../../tools/simulate/distribution.ts';
import type { Service } from '../../../tools/simulate/scenario.ts';

const DRAWS = 200_000;

function moments(service: Service) {
  const random = randomOf(1, 'test');
  const values = Array.from({ length: DRAWS }, () => drawService(service, random));
  const mean = values.reduce((sum, value) => sum + value, 0) / DRAWS;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / DRAWS;
  return { mean, sd: Math.sqrt(variance), least: values.reduce((a, b) => Math.min(a, b)) };
}

// Means and standard deviations by the textbook, computed independently of meanService().
const CASES: readonly [Service, number, number][] = [
  [{ fixed_ms: 3 }, 3, 0],
  [{ uniform_ms: [2, 8] }, 5, 6 / Math.sqrt(12)],
  [{ exponential_ms: 4 }, 4, 4],
  [{ normal_ms: [20, 3] }, 20, 3],
  [{ lognormal_ms: [10, 0.5] }, 11.3315, 6.0391],
];

describe('drawService', () => {
  it.each(CASES)('%o has its mean and its standard deviation', (service, mean, sd) => {
    const drawn = moments(service);
    // Four standard errors of the mean, and 2 % of the deviation, which is four standard errors even for the fourth moment
    // of the log-normal distribution.
    expect(Math.abs(drawn.mean - mean)).toBeLessThanOrEqual((4 * sd) / Math.sqrt(DRAWS) + 1e-9);
    expect(Math.abs(drawn.sd - sd)).toBeLessThanOrEqual(0.02 * sd + 1e-9);
    expect(meanService(service)).toBeCloseTo(mean, 3);
  });

  it('cuts a normal distribution off at 0, which its mean includes', () => {
    const service = { normal_ms: [1, 1] } satisfies Service;
    const drawn = moments(service);
    expect(drawn.least).toBe(0);
    // E[max(0, X)] for mean 1 and deviation 1 is Φ(1) + φ(1) = 0.841345 + 0.241971.
    expect(meanService(service)).toBeCloseTo(1.083316, 5);
    expect(Math.abs(drawn.mean - 1.083316)).toBeLessThan(4 / Math.sqrt(DRAWS));
  });
});
