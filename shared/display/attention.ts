import type { PublicationInfo } from '../contracts/history.ts';
import type { Status } from '../contracts/status.ts';
import { ago, percent } from './format.ts';

/** Something that an operator should look at. */
export interface Concern {
  /** Lower ones come first: 0 is an outage, 1 a part of one, 2 what somebody wants to know. */
  rank: 0 | 1 | 2;
  what: string;
  state: string;
  why: string;
  /** ISO 8601; null: not known. */
  since: string | null;
}

/** A share of failures from which they are worth a line. */
const FAILED_SHARE = 0.01;

/** What needs attention, the worst first: an origin counts once, however many load balancers use it. */
export function concernsOf(
  status: Status,
  publication: PublicationInfo | undefined,
  figures: readonly { balancer: string; requests: number; failed: number }[],
): Concern[] {
  const concerns = new Map<string, Concern>();
  const add = (concern: Concern) => {
    if (!concerns.has(`${concern.what} ${concern.state}`))
      concerns.set(`${concern.what} ${concern.state}`, concern);
  };
  for (const { id, maintenance, enabled, pools } of status.balancers) {
    if (!enabled)
      add({ rank: 2, what: id, state: 'disabled', why: 'this load balancer serves nothing', since: null });
    if (maintenance)
      add({
        rank: 1,
        what: id,
        state: 'maintenance',
        why: 'it answers with its maintenance page',
        since: null,
      });
    for (const pool of pools) {
      if (pool.state === 'critical')
        add({
          rank: 0,
          what: pool.id,
          state: 'critical',
          why: `fewer than ${pool.minimum_origins} of its origins can serve`,
          since: null,
        });
      for (const origin of pool.origins) {
        const { id: what, since, standing, ejection, state, reason, flapping } = origin;
        if (state === 'down' && origin.enabled)
          add({ rank: 1, what, state, why: reason ?? 'its checks fail', since });
        if (state === 'degraded')
          add({
            rank: 2,
            what,
            state,
            why: flapping ? 'it falls too often' : (reason ?? 'slow or partly failing'),
            since,
          });
        if (ejection !== null)
          add({
            rank: 1,
            what,
            state: 'ejected',
            why: `${ejection.reason} (${ejection.isolates} isolates)`,
            since: null,
          });
        if (standing !== 'ready')
          add({ rank: 2, what, state: standing, why: 'set by an operator', since: null });
      }
    }
  }
  for (const { balancer, requests, failed } of figures)
    if (failed > FAILED_SHARE * requests)
      add({
        rank: failed > requests / 2 ? 0 : 1,
        what: balancer,
        state: 'failing',
        why: `${percent(failed, requests)} of its requests failed`,
        since: null,
      });
  if (status.health_reason !== null)
    add({ rank: 1, what: 'health', state: 'unknown', why: status.health_reason, since: null });
  if (publication?.outside)
    add({
      rank: 1,
      what: 'configuration',
      state: 'outside',
      why: 'somebody else wrote to KV: adopt or overwrite it',
      since: publication.outside.published_at,
    });
  else if (publication?.published === false)
    add({
      rank: 1,
      what: 'configuration',
      state: 'unpublished',
      why: publication.error ?? 'the newest version is not in KV yet',
      since: null,
    });
  return [...concerns.values()].sort((a, b) => a.rank - b.rank || (a.what < b.what ? -1 : 1));
}

/** `3 min`; empty if it is not known. */
export function sinceText({ since }: Concern, now_ms: number): string {
  return since === null ? '' : ago(since, now_ms);
}
