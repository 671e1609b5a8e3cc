import type { Origin } from '../../../shared/model/config.ts';
import type { Decision } from '../exchange/decision.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { mark } from '../exchange/trace.ts';
import { admit } from '../selection/admit.ts';
import { decide } from '../selection/decide.ts';
import type { Selection, SessionConstraint } from '../selection/selection.ts';
import { steer } from '../selection/steer.ts';
import { knownTo } from './known.ts';
import { type Pin, pin } from './pin.ts';
import { pinnedDecision } from './pinned_decision.ts';
import type { Claim } from './read.ts';

/** The selection for a request of a session. */
export interface Pinned extends Selection, Pick<Pin, 'kept' | 'stays'> {}

/**
 * Decides where a request of a session goes, with ejected origins last. The decision is `pinned`, unless it takes a ranking.
 */
export async function pinTo(exchange: Exchange, claim: Claim): Promise<Pinned> {
  const { isolate, compiled, trace } = exchange;
  let steered: Decision | undefined;
  const pinned = await pin(claim, knownTo(exchange), async (sample) => {
    const { decision, origins } = steer(exchange, await decide(exchange), sample);
    steered = decision;
    return origins;
  });
  const { kept, stays } = pinned;
  const [first] = pinned.origins;
  const own_decision = pinnedDecision(first && compiled.pools.get(first.id));
  trace.decision ??= own_decision;
  const select = (origins: readonly Origin[], by: SessionConstraint): Selection =>
    admit(exchange, { decision: steered ?? own_decision, origins, constraint: by });
  // A session that stays at its origin was not shed.
  if (pinned.shed && kept === undefined) mark(trace, 'shed');
  const constraint: SessionConstraint = {
    kept,
    only: kept !== undefined && claim.session.zero_downtime_failover === 'none',
  };
  if (claim.key !== undefined) constraint.key = claim.key;
  // With `header` nothing shows that the session was at this origin before, so it comes back with the origin's share of keys.
  const own = claim.session.by === 'header' ? byKey(constraint) : constraint;
  const { rest } = pinned;
  let { origins } = pinned;
  if (rest !== undefined) {
    // The others come before an ejected origin, so they are needed now.
    const { outliers } = isolate.guards;
    if (kept !== undefined && outliers.share(kept.id, isolate.now()) === 0)
      origins = [...origins, ...(await rest())];
    else constraint.rest = async () => select(await rest(), byKey(constraint));
  }
  return { ...select(origins, own), constraint, kept, stays };
}

/** The same constraint for origins that the key chose, not the session's cookie. */
function byKey(constraint: SessionConstraint): SessionConstraint {
  return { ...constraint, kept: undefined };
}
