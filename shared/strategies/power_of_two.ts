import type { Options } from './option.ts';
import type { Policy } from './policy.ts';
import { choices } from './shared_options.ts';
import { evenOrder } from './weighted_order.ts';

const options = {
  choices,
} satisfies Options;

/**
 * Power of `choices`: so many distinct targets are drawn, all with the same chance, and the gateway takes the one
 * that would be the least loaded with this request: (requests in flight + 1) over weight. Drawn without replacement,
 * so that of two targets it is always the less loaded one; Envoy, which draws with replacement, takes the busier one a
 * quarter of the time. Counts are one isolate's.
 */
export const power_of_two: Policy<never, typeof options> = {
  name: 'power_of_two',
  about: 'Of some drawn evenly, the one that this request would load the least.',
  levels: ['origins'],
  options,
  reads: [],
  use: 'once',
  weighted: true,
  settled_by: 'next_inflight',
  rank(targets, _facts, draw, { limit, choices }) {
    const order = evenOrder(targets, draw, Math.max(limit, choices));
    return { order, finalists: Math.min(choices, order.length), by: 'next_inflight' };
  },
};
