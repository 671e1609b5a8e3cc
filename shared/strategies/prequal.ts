import { STRATEGY_DEFAULTS } from '../model/strategy_defaults.ts';
import { policy } from './policy.ts';
import { failure_ms } from './shared_options.ts';

/**
 * Prequal's hot-cold rule on what origins report: the fastest of the origins that are not among the busiest serves. In an ORCA
 * header an origin reports its requests in flight as `named_metrics.rif`. As `named_metrics.lat_ms` it reports the median
 * latency of requests that came at about that many, to which the gateway adds the way there. Without `rif` the gateway's own
 * count stands, without `lat_ms` the first-byte time of the last answer. All of it is one isolate's.
 *
 * It differs from the paper in two ways. There are no probes, and one entry an origin in place of a pool of sixteen. The paper
 * draws at random with less than two entries. Here a drawn origin of which nothing recent is known is tried, one request at a
 * time, because most pools have few origins and half of all requests is much for an origin that may hang.
 */
export const prequal = policy({
  name: 'prequal',
  about: 'By what origins report: the fastest of those that are not among the busiest.',
  levels: ['origins'],
  options: {
    rif_quantile: {
      about:
        'an origin is hot above this quantile of the requests in flight that are reported. 0: all are hot, the least busy ' +
        'serves; 1: none is, the fastest serves.',
      default: STRATEGY_DEFAULTS.rif_quantile,
      range: [0, 1],
    },
    report_age_ms: {
      about: 'an older report says nothing.',
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
