import { STRATEGY_DEFAULTS } from '../model/strategy_defaults.ts';
import type { Options } from './option.ts';
import type { Policy } from './policy.ts';
import { failure_ms } from './shared_options.ts';

const options = {
  rif_quantile: {
    about:
      'an origin is hot above this quantile of the requests in flight that are reported. 0: all are hot, the least busy ' +
      'serves; 1: none is, the fastest serves.',
    default: STRATEGY_DEFAULTS.rif_quantile,
    min: 0,
    max: 1,
  },
  report_age_ms: {
    about: 'an older report says nothing.',
    unit: 'milliseconds',
    default: STRATEGY_DEFAULTS.report_age_ms,
    whole: true,
    min: 10,
    max: 600_000,
  },
  failure_ms,
} satisfies Options;

/**
 * Prequal's hot-cold rule on what answers tell: of the origins that are not among the busiest the fastest serves. An
 * origin reports its requests in flight as `named_metrics.rif` in an ORCA header, and as `named_metrics.lat_ms` the
 * median latency of requests that came at about that many; the way there is added, for origins are in different places.
 * Without `rif` the gateway's own count stands, without `lat_ms` the first-byte time of the last answer.
 *
 * Where it differs from the paper: there are no probes, and one entry an origin in place of a pool of sixteen. Where
 * the paper draws at random with less than two entries, an origin of which nothing recent is known is tried when it is
 * drawn, one request at a time: most pools have few origins, and half of all requests is much for one that may hang.
 * What is known is one isolate's.
 */
export const prequal: Policy<never, typeof options> = {
  name: 'prequal',
  about:
    'Of the origins that do not report the most requests in flight, the one that reports the least latency.',
  levels: ['origins'],
  options,
  reads: [],
  use: 'repeat',
  weighted: true,
  needs: ['reports'],
  settled_by: 'prequal',
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
