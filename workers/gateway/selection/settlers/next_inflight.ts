import { least, type Settler } from './settler.ts';

/** Least (requests in flight + 1) over weight: the load with this request added. */
export const next_inflight: Settler = {
  choose: (finalists, _options, { inflight }) =>
    least(finalists, ({ id, weight }) => (inflight.of(id) + 1) / (weight || 1)),
};
