import { least, type Settler } from './settler.ts';

/** Least of what the load would be with this request: (requests in flight + 1) over weight. */
export const next_inflight: Settler = {
  choose: (finalists, _options, { inflight }) =>
    least(finalists, ({ id, weight }) => (inflight.of(id) + 1) / (weight || 1)),
};
