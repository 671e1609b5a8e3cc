import type { Strategies } from '../../../workers/selector/plan.ts';
import { STRATEGIES } from '../../../workers/selector/strategies/index.ts';

/** The shipped strategies, with `least_outstanding_requests` choosing among so many. */
export function moreChoices(choices: number): Strategies {
  const { least_outstanding_requests: shipped } = STRATEGIES;
  return {
    ...STRATEGIES,
    least_outstanding_requests: {
      ...shipped,
      rank(targets, facts, draw, options) {
        const limit = Math.max(options.limit, choices);
        const ranked = shipped.rank(targets, facts, draw, { ...options, choices, limit });
        return { ...ranked, finalists: Math.min(choices, ranked.order.length) };
      },
    },
  };
}
