import { STRATEGY_DEFAULTS as DEFAULT } from '../../../../shared/model/strategy_defaults.ts';
import type { Settler } from './settler.ts';

/** Weighted round robin by the load that origins report (gRFC A58). */
export const reported: Settler = {
  choose(finalists, options, { turns, reports, now, random }) {
    const { error_penalty = DEFAULT.error_penalty } = options;
    const { blackout_s = DEFAULT.blackout_s, expiration_s = DEFAULT.expiration_s } = options;
    const weighing = { error_penalty, blackout_ms: blackout_s * 1_000, expiration_ms: expiration_s * 1_000 };
    return turns.next(finalists, reports, weighing, now(), random);
  },
  observe(origin, ms, _options, { inflight, reports, now }, report) {
    reports.note(origin, report, inflight.of(origin), ms, now());
  },
  wants_report: true,
  counts_choice: true,
};
