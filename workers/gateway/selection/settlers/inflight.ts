import { least, type Settler } from './settler.ts';

/** Least requests in flight over weight. In a tie the origin ranked first, so idle origins keep the shares that were drawn. */
export const inflight: Settler = {
  choose: (finalists, _options, { inflight }) =>
    least(finalists, ({ id, weight }) => inflight.of(id) / (weight || 1)),
};
