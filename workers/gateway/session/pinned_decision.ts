import { getOrMake } from '../../../shared/maps.ts';
import type { Pool } from '../../../shared/model/config.ts';
import type { Decision } from '../exchange/decision.ts';
import { observedBy } from '../selection/settlers/observe.ts';

const NO_POOL: Decision = {
  ranking: { origins: [], finalists: 0 },
  decision: 'pinned',
  strategy: 'session',
  variant: '',
  selector_version: '',
};
const decisions = new WeakMap<Pool, Decision>();

/**
 * The decision of a request whose session chose the origin. It is made once for each pool of a configuration.
 * @param pool the pool of that origin; undefined: the session chose a pool in which no origin can serve
 */
export function pinnedDecision(pool: Pool | undefined): Decision {
  return pool === undefined ? NO_POOL : getOrMake(decisions, pool, decisionOf);
}

function decisionOf(pool: Pool): Decision {
  return { ...NO_POOL, ranking: { ...NO_POOL.ranking, ...observedBy(pool) } };
}
