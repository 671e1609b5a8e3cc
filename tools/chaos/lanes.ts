/** The header that names the lane of a request to `/pages`. */
export const LANE_HEADER = 'x-lane';
/** The header by which requests stay on one origin, or are limited. */
export const KEY_HEADER = 'x-key';

/**
 * The pools to which rules send requests to `/pages`, by {@link LANE_HEADER}, in failover order. No rule applies to a
 * request without a lane. The last round uses the lanes of one pool.
 */
export const LANES: Readonly<Record<string, readonly string[]>> = {
  '': ['a', 'c'],
  beta: ['b', 'd'],
  'last-a': ['a'],
  'last-b': ['b'],
  'last-c': ['c'],
  'last-d': ['d'],
};

/** The limit of `/api` for each key. */
export const LIMIT = { requests: 20, window_ms: 2_000 } as const;

/** The pool that gets the mirror's copies. No other request may reach it. */
export const MIRROR_POOL = 'm';
