import type { PublicationInfo } from '../contracts/history.ts';
import type { BalancerStatus, OriginStatus, PoolStatus, Status } from '../contracts/status.ts';
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

/** The share of failed requests above which a load balancer is listed. */
const FAILED_SHARE = 0.01;

/**
 * What needs attention, the worst first: an origin counts once, however many load balancers use it.
 * @param figures recent requests of load balancers, and how many of them failed
 */
export function concernsOf(
  status: Status,
  publication: PublicationInfo | undefined,
  figures: readonly { balancer: string; requests: number; failed: number }[],
): Concern[] {
  const concerns = new Map<string, Concern>();
  const add = (concern: Concern) => {
    const name = `${concern.what} ${concern.state}`;
    if (!concerns.has(name)) concerns.set(name, concern);
  };
  status.balancers.flatMap(ofBalancer).forEach(add);
  for (const { balancer, requests, failed } of figures)
    if (failed > FAILED_SHARE * requests)
      add({
        ...{ rank: failed > requests / 2 ? 0 : 1, what: balancer, state: 'failing', since: null },
        why: `${percent(failed, requests)} of its requests failed`,
      });
  if (status.health_reason !== null)
    add({ rank: 1, what: 'health', state: 'unknown', why: status.health_reason, since: null });
  ofPublication(publication).forEach(add);
  return [...concerns.values()].sort((a, b) => a.rank - b.rank || (a.what < b.what ? -1 : 1));
}

function ofBalancer({ id: what, maintenance, enabled, pools }: BalancerStatus): Concern[] {
  const found: Concern[] = [];
  if (!enabled)
    found.push({ rank: 2, what, state: 'disabled', why: 'this load balancer serves nothing', since: null });
  if (maintenance)
    found.push({
      ...{ rank: 1, what, state: 'maintenance', since: null },
      why: 'it answers with its maintenance page',
    });
  return [...found, ...pools.flatMap(ofPool)];
}

function ofPool({ id: what, state, minimum_origins, origins }: PoolStatus): Concern[] {
  const found: Concern[] = [];
  if (state === 'critical')
    found.push({
      ...{ rank: 0, what, state, since: null },
      why: `fewer than ${minimum_origins} of its origins can serve`,
    });
  return [...found, ...origins.flatMap(ofOrigin)];
}

function ofOrigin(origin: OriginStatus): Concern[] {
  const { id: what, since, standing, ejection, state, reason, flapping } = origin;
  const found: Concern[] = [];
  if (state === 'down' && origin.enabled)
    found.push({ rank: 1, what, state, why: reason ?? 'its checks fail', since });
  if (state === 'degraded') {
    const why = flapping ? 'it falls too often' : (reason ?? 'slow or partly failing');
    found.push({ rank: 2, what, state, why, since });
  }
  if (ejection !== null) {
    const why = `${ejection.reason} (${ejection.isolates} isolates)`;
    found.push({ rank: 1, what, state: 'ejected', why, since: null });
  }
  if (standing !== 'ready')
    found.push({ rank: 2, what, state: standing, why: 'set by an operator', since: null });
  return found;
}

function ofPublication(publication: PublicationInfo | undefined): Concern[] {
  const about = { rank: 1, what: 'configuration' } as const;
  if (publication?.outside)
    return [
      {
        ...{ ...about, state: 'outside', since: publication.outside.published_at },
        why: 'somebody else wrote to KV: adopt or overwrite it',
      },
    ];
  if (publication?.published !== false) return [];
  const why = publication.error ?? 'the newest version is not in KV yet';
  return [{ ...about, state: 'unpublished', why, since: null }];
}

/** `3 min`; empty if it is not known. */
export function sinceText({ since }: Concern, now_ms: number): string {
  return since === null ? '' : ago(since, now_ms);
}
