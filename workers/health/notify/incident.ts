/** Something that is not well, and that has been told. */
export interface Incident {
  id: string;
  /** What it is now: `down`, `critical`. */
  state: string;
  /** Milliseconds since the epoch. */
  opened_at: number;
}

/** The state of something, as far as it is news. */
export interface News {
  /** `up`, `down`, `degraded`, … */
  state: string;
  /** Whether all is well. */
  well: boolean;
}

export type Change = 'opened' | 'changed' | 'closed';

/**
 * One incident from the moment something is not well until it is again, whatever happens in between: so each is told once
 * when it opens and once when it closes.
 *
 * @param news undefined: nothing certain is known, which is no news
 * @returns the incident that is open after it, and what to tell, if anything
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
