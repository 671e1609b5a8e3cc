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
  if (pool === undefined) return NO_POOL;
  let decision = decisions.get(pool);
  if (decision === undefined) {
    decision = { ...NO_POOL, ranking: { ...NO_POOL.ranking, ...observedBy(pool) } };
    decisions.set(pool, decision);
  }
  return decision;
}
