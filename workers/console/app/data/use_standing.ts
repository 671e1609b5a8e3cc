import type { ExplainedOrigin, ShownExplanation } from '../../../../shared/contracts/explain.ts';
import type { BalancerStatus } from '../../../../shared/contracts/status.ts';
import { coveringAll, sampleRequest } from '../lib/sample_request.ts';
import { ask } from './api.ts';
import { type Polled, usePoll } from './use_poll.ts';

const POLL_MS = 10_000;
/** Each is a request to the gateway. */
const MAX_QUESTIONS = 20;

/**
 * How the gateway and the selector see each origin now, by its id: weight in effect, ejection. They are asked to explain one request
 * for as many load balancers as it takes to meet every pool.
 */
export function useStanding(
  balancers: readonly BalancerStatus[],
): Polled<ReadonlyMap<string, ExplainedOrigin>> {
  const asked = coveringAll(balancers, MAX_QUESTIONS);
  return usePoll(
    `standing ${asked.map(({ id }) => id).join(' ')}`,
    async () => {
      const found = new Map<string, ExplainedOrigin>();
      const answers = await Promise.all(
        asked.map((balancer) => ask<ShownExplanation>('/api/explain', sampleRequest(balancer))),
      );
      // A pool that was no candidate for one request may be one for the next.
      for (const origin of answers.flatMap(({ pools }) => pools.flatMap(({ origins }) => origins)))
        if (origin.effective_weight !== undefined || !found.has(origin.id)) found.set(origin.id, origin);
      return found;
    },
    POLL_MS,
  );
}
