import type { Sent } from '../client/protocol.ts';
import { LANES } from '../lanes.ts';
import type { Book } from './ledger.ts';
import { standings } from './standing.ts';

/** The requests of one session or key, in the order of time. */
export interface RequestGroup {
  name: string;
  /** The pool in which they stay together. In other pools (`failover_across_pools`) any origin may serve. */
  pool: string;
  requests: Sent[];
}

/** Groups requests. A session's first request has been given the cookie that the others send. Others share a key. */
export function requestGroups(sent: readonly Sent[]): RequestGroup[] {
  const all = new Map<string, RequestGroup>();
  const add = (name: string, pool: string, one: Sent) => {
    const group = all.get(name);
    if (group === undefined) all.set(name, { name, pool, requests: [one] });
    else group.requests.push(one);
  };
  // A client sends a cookie only after it was given the cookie.
  for (const one of [...sent].sort((a, b) => a.at - b.at)) {
    if (one.last || one.left_at !== 0 || one.origin === '') continue;
    for (const cookie of new Set([one.cookie, one.given]))
      if (cookie !== '') add(`session ${cookie}`, poolOf(one.origin), one);
    if (one.kind === 'tile') add(`tile ${one.key}`, 'd', one);
    // Requests for pages without a lane are not kept together.
    if (one.kind === 'page' && one.lane !== '') add(`page ${one.key}`, LANES[one.lane]?.[0] ?? '', one);
  }
  return [...all.values()];
}

/**
 * Finds pairs of requests of one group that reached two origins, although each origin was in order while the other one
 * served. So while an origin is out of order, all of its requests must reach the same stand-in, and afterwards all of them
 * must come back.
 *
 * This needs no knowledge of how origins are chosen. Any order of origins is right if it is fixed for the group.
 * @returns the later request of each pair, at most once
 */
export function strayed(book: Book): string[] {
  const wasOut = standings(book);
  /** Whether a request had a reason to avoid an origin: the origin failed it, was full, or was out of order. */
  const wasKeptFrom = (origin: string, { id, at, ended_at }: Sent) =>
    book
      .points(id)
      .some(
        ({ failed_origins, events }) =>
          failed_origins.split(',').includes(origin) || hasMark(events, 'overflow'),
      ) || wasOut(origin, at, ended_at);
  const found: string[] = [];
  for (const { name, pool, requests } of requestGroups(book.ledger.sent)) {
    const seen: Sent[] = [];
    for (const one of requests) {
      const other = seen.find(
        (before) =>
          before.origin !== one.origin &&
          (poolOf(before.origin) === pool || poolOf(one.origin) === pool) &&
          !wasKeptFrom(before.origin, one) &&
          !wasKeptFrom(one.origin, before),
      );
      if (other === undefined) seen.push(one);
      else found.push(`${one.id}: ${name} at ${one.origin}, ${other.id} at ${other.origin}`);
    }
  }
  return found;
}

function poolOf(origin: string): string {
  return origin.slice(0, origin.indexOf('/'));
}

/** Whether the column `events` contains an event. */
export function hasMark(events: string, name: string): boolean {
  return events.split(',').includes(name);
}
