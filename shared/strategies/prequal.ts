import { STRATEGY_DEFAULTS } from '../model/strategy_defaults.ts';
import { policy } from './policy.ts';
import { failure_ms } from './shared_options.ts';

/**
 * Prequal's hot-cold rule on what origins report: the fastest of the origins that are not among the busiest serves. An origin
 * reports its requests in flight in an ORCA header as `named_metrics.rif`, and as `named_metrics.lat_ms` the median latency of
 * requests that arrived at about that many. The gateway adds the time on the way. Without `rif` the gateway takes its own count,
 * and without `lat_ms` the first-byte time of the last answer. Both are one isolate's own view.
 *
 * Two things differ from the paper. There are no probes, and there is one entry per origin instead of a pool of sixteen. With fewer
 * than two entries the paper chooses at random. Here, an origin that is drawn and has no recent entry is tried with one request at a
 * time. Most pools have few origins, so a random choice would send half of all requests to an origin that may hang.
 */
export const prequal = policy({
  name: 'prequal',
  about: 'By what origins report: the fastest of those that are not among the busiest.',
  levels: ['origins'],
  options: {
    rif_quantile: {
      about:
        'an origin is hot above this quantile of the requests in flight that are reported. 0: all are hot, so the least ' +
        'busy serves; 1: none is, so the fastest serves.',
      default: STRATEGY_DEFAULTS.rif_quantile,
      range: [0, 1],
    },
    report_age_ms: {
      about: 'older reports are ignored.',
      unit: 'milliseconds',
      default: STRATEGY_DEFAULTS.report_age_ms,
      range: [10, 600_000],
      whole: true,
    },
    failure_ms,
  },
  needs: ['reports'],
  settled_by: 'prequal',
  counts_choice: true,
  use: 'repeat',
  weighted: true,
  rank(targets, _facts, _draw, { rif_quantile, report_age_ms, failure_ms }) {
    const order = targets.map(({ id }) => id);
    const settle = { rif_quantile, report_age_ms, failure_ms };
    return { order, finalists: order.length, by: 'prequal', settle };
  },
});
