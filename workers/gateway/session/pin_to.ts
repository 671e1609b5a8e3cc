import type { Origin } from '../../../shared/model/config.ts';
import type { Exchange } from '../exchange.ts';
import { mark } from '../record/trace.ts';
import { admit } from '../selection/admit.ts';
import { decide } from '../selection/decide.ts';
import type { SessionConstraint } from '../selection/session_constraint.ts';
import { steer } from '../selection/steer.ts';
import type { Isolate } from '../state/isolate.ts';
import { knownTo } from './known.ts';
import { type Pin, pin } from './pin.ts';
import { pinnedDecision } from './pinned_decision.ts';
import type { Claim } from './read.ts';

/** A {@link Pin} as failover needs it. */
export interface Pinned extends Pick<Pin, 'origins' | 'kept' | 'stays'> {
  constraint: SessionConstraint;
}

/** Decides where a request of a session goes, with ejected origins last. Notes in the trace whether the session or a ranking decided. */
export async function pinTo(exchange: Exchange, claim: Claim): Promise<Pinned> {
  const { isolate, compiled, trace } = exchange;
  const pinned = await pin(claim, knownTo(exchange), async (sample) =>
    steer(exchange, await decide(exchange), sample),
  );
  const { kept, stays } = pinned;
  if (trace.decision === undefined) {
    const [first] = pinned.origins;
    const pool = first && compiled.pools.get(first.id);
    if (pool !== undefined) trace.decision = pinnedDecision(pool);
  }
  // A session that stays at its origin was not shed.
  if (pinned.shed && kept === undefined) mark(trace, 'shed');
  const constraint: SessionConstraint = {
    kept,
    only: kept !== undefined && claim.session.zero_downtime_failover === 'none',
  };
  if (claim.key !== undefined) constraint.key = claim.key;
  // By `header` nothing shows that a session was at this origin before, so it comes back by its share like any key.
  const own = claim.session.by === 'header' ? byKey(constraint) : constraint;
  const { rest } = pinned;
  let { origins } = pinned;
  if (rest !== undefined) {
    // The others stand before an ejected origin, so they have to be known at once.
    if (kept !== undefined && isEjected(kept, isolate)) origins = [...origins, ...(await rest())];
    else constraint.rest = async () => admit(exchange, await rest(), byKey(constraint));
  }
  return { origins: admit(exchange, origins, own), kept, stays, constraint };
}

/** The same constraint for origins none of which is named by the session's cookie. */
function byKey(constraint: SessionConstraint): SessionConstraint {
  return { ...constraint, kept: undefined };
}

function isEjected({ id }: Origin, { guards, now }: Isolate): boolean {
  return !guards.outliers.quiet && guards.outliers.share(id, now()) === 0;
}
