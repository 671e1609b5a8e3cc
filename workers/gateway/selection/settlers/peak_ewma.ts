import { STRATEGY_DEFAULTS as DEFAULT } from '../../../../shared/model/strategy_defaults.ts';
import { least, type Settler } from './settler.ts';

/** Least first-byte time, as peak EWMA, times (requests in flight + 1). */
export const peak_ewma: Settler = {
  choose(finalists, options, { inflight, latency, now }) {
    const { default_rtt_ms = DEFAULT.default_rtt_ms, decay_s = DEFAULT.decay_s } = options;
    const at = now();
    return least(
      finalists,
      ({ id }) => latency.of(id, default_rtt_ms, decay_s * 1_000, at) * (inflight.of(id) + 1),
    );
  },
  observe(origin, ms, { decay_s = DEFAULT.decay_s }, { latency, now }) {
    latency.observe(origin, ms, decay_s * 1_000, now());
  },
};
