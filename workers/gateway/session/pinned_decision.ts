import type { Pool } from '../../../shared/model/config.ts';
import type { Decision } from '../selection/decide.ts';
import { observedBy } from '../selection/settlers/observe.ts';

const decisions = new WeakMap<Pool, Decision>();

/** The decision of a request whose session has chosen the origin. Made once for each pool of a configuration. */
export function pinnedDecision(pool: Pool): Decision {
  let decision = decisions.get(pool);
  if (decision === undefined) {
    const ranking = { origins: [], finalists: 0, ...observedBy(pool) };
    decision = { ranking, decision: 'pinned', strategy: 'session', variant: '', selector_version: '' };
    decisions.set(pool, decision);
  }
  return decision;
}
