import type { Message } from '../../../shared/contracts/notification.ts';

/** A problem that webhooks have been told about. Stored. */
export interface Incident {
  id: string;
  /** The current state: `down`, `critical`, … */
  state: string;
  /** Milliseconds since the epoch. */
  opened_at: number;
}

/** The state of a subject, as far as webhooks care. */
export interface News {
  /** `up`, `down`, `degraded`, … */
  state: string;
  /** Whether all is well. */
  well: boolean;
}

export type Change = Message['data']['change'];

/**
 * Follows a subject through one incident, from the first bad state until it is well again, so that the opening and the closing
 * are each told once.
 *
 * @param news undefined: the state is not certain, so nothing changes
 * @returns the incident that is open now, and the change to tell; each is absent if there is none
 */
export function incidentAfter(
  open: Incident | undefined,
  news: News | undefined,
  newId: () => string,
  now: number,
): { incident?: Incident; change?: Change } {
  if (news === undefined || news.state === open?.state) return open === undefined ? {} : { incident: open };
  if (news.well) return open === undefined ? {} : { change: 'closed' };
  if (open !== undefined) return { incident: { ...open, state: news.state }, change: 'changed' };
  return { incident: { id: newId(), state: news.state, opened_at: now }, change: 'opened' };
}
