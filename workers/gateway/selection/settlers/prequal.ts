import { drawByWeight } from '../../../../shared/balancing/share_at.ts';
import { STRATEGY_DEFAULTS as DEFAULT } from '../../../../shared/model/strategy_defaults.ts';
import { hotCold } from './hot_cold.ts';
import { reported } from './reported.ts';
import type { Settler } from './settler.ts';

/**
 * Prequal's hot-cold rule among the origins about which something recent is known. There are no probes, so only a request can make
 * an origin known: an unknown origin that is drawn by weight serves, if no request of this gateway is in flight there.
 */
export const prequal: Settler = {
  ...reported,
  choose(finalists, options, { inflight, reports, now, random }) {
    const { rif_quantile = DEFAULT.rif_quantile, report_age_ms = DEFAULT.report_age_ms } = options;
    const at = now();
    const weights = finalists.map(({ weight }) => weight);
    const drawn = drawByWeight(weights, random());
    const seen = finalists.map(({ id }) => reports.recent(id, report_age_ms, at));
    const first = finalists[drawn];
    if (first !== undefined && seen[drawn] === undefined && inflight.of(first.id) === 0) return drawn;
    const known = seen.flatMap((entry, index) => (entry === undefined ? [] : { ...entry, index }));
    return known[hotCold(known, rif_quantile)]?.index ?? drawn;
  },
  sent: (origin, { reports }) => reports.sent(origin),
};
