import type { Strategy } from '../strategy.ts';

/**
 * Prequal's hot-cold rule on what answers tell: of the origins that are not among the busiest the fastest serves. An
 * origin reports its requests in flight as `named_metrics.rif` in an ORCA header; for one that does not, the gateway's
 * own count stands. There are no probes: an origin of which nothing recent is known is tried, one request at a time,
 * when it is drawn. What is known is one isolate's; eject failing origins by a monitor, for who fails fast looks idle.
 */
export const prequal: Strategy<never> = {
  name: 'prequal',
  reads: [],
  use: 'repeat',
  weighted: true,
  rank(targets, _facts, _draw, { rif_quantile, report_age_ms, failure_ms }) {
    const order = targets.map(({ id }) => id);
    return {
      order,
      finalists: order.length,
      by: 'prequal',
      settle: { rif_quantile, report_age_ms, failure_ms },
    };
  },
};
