import type { Outcome } from '../../../shared/contracts/carrying.ts';

/**
 * Returns the number of requests that a data point stands for; 0: this request gets none. Sums of weights are right on average.
 *
 * A request that failed, ended with a status from 500 on or was tried again always gets a point, with weight 1: such requests are
 * few and each is worth a look. Events do not count. `mirrored`, `session_kept` and `rule:…` are in nearly every request of some
 * balancers, and would switch sampling off there.
 * @param one_in `metrics.one_in` of the balancer; undefined: every request gets a data point
 * @param status status that the client got
 * @param random uniform in [0, 1). It is drawn from only if the balancer samples.
 */
export function weightOf(
  one_in: number | undefined,
  outcome: Outcome,
  status: number,
  attempts: number,
  random: () => number,
): number {
  if (one_in === undefined || status >= 500 || attempts > 1) return 1;
  if (outcome !== 'ok' && outcome !== 'fixed_response') return 1;
  return random() * one_in < 1 ? one_in : 0;
}
