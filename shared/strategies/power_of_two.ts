import { policy } from './policy.ts';
import { choices } from './shared_options.ts';
import { evenOrder } from './weighted_order.ts';

/**
 * Power of `choices`: distinct targets are drawn, all with the same chance. The gateway takes the one that this request would
 * load the least: (requests in flight + 1) over weight. Targets are drawn without replacement, so of two the less loaded one
 * always serves. Envoy draws with replacement and takes the busier one a quarter of the time. Counts are one isolate's.
 */
export const power_of_two = policy({
  name: 'power_of_two',
  about: 'Of some drawn evenly, the one that this request would load the least.',
  levels: ['origins'],
  options: { choices },
  settled_by: 'next_inflight',
  use: 'once',
  weighted: true,
  rank(targets, _facts, draw, { limit, choices }) {
    const order = evenOrder(targets, draw, Math.max(limit, choices));
    return { order, finalists: Math.min(choices, order.length), by: 'next_inflight' };
  },
});
