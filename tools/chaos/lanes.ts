/** Header that names the lane of a request to `/pages`. */
export const LANE_HEADER = 'x-lane';
/** Header by which requests are kept together, or counted. */
export const KEY_HEADER = 'x-key';

/**
 * Where rules send requests to `/pages`, by {@link LANE_HEADER}: pools in failover order. Without a lane no rule applies. The
 * lanes of one pool are those of the last round.
 */
export const LANES: Readonly<Record<string, readonly string[]>> = {
  '': ['a', 'c'],
  beta: ['b', 'd'],
  'last-a': ['a'],
  'last-b': ['b'],
  'last-c': ['c'],
  'last-d': ['d'],
};

/** What the limiter of `/api` lets pass, for each key. */
export const LIMIT = { requests: 20, window_ms: 2_000 } as const;

/** The pool that gets copies. No other request may reach it. */
export const MIRROR_POOL = 'm';
