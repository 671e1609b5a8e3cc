import type { Sent } from '../client/protocol.ts';
import { LANES } from '../lanes.ts';
import type { Book } from './ledger.ts';
import { standings } from './standing.ts';

/** Requests that belong together, by session or key, in order of time. */
export interface Company {
  name: string;
  /** The pool in which they are kept together. In others, `failover_across_pools` takes what steering names. */
  pool: string;
  requests: Sent[];
}

/** What belongs together: requests with a session's cookie and the one that was given it; requests of one key. */
export function companies(sent: readonly Sent[]): Company[] {
  const all = new Map<string, Company>();
  const add = (name: string, pool: string, one: Sent) => {
    const company = all.get(name);
    if (company === undefined) all.set(name, { name, pool, requests: [one] });
    else company.requests.push(one);
  };
  // Whoever is given a cookie sends it only then.
  for (const one of [...sent].sort((a, b) => a.at - b.at)) {
    if (one.last || one.left_at !== 0 || one.origin === '') continue;
    for (const cookie of new Set([one.cookie, one.given]))
      if (cookie !== '') add(`session ${cookie}`, poolOf(one.origin), one);
    if (one.kind === 'tile') add(`tile ${one.key}`, 'd', one);
    // A page without a lane is kept nowhere.
    if (one.kind === 'page' && one.lane !== '') add(`page ${one.key}`, LANES[one.lane]?.[0] ?? '', one);
  }
  return [...all.values()];
}

/**
 * Finds pairs of requests that belong together and reached two origins, although neither origin was out of order when the
 * other one served. So while an origin is away, all of its requests have to reach the same stand-in, and afterwards all
 * have to come back.
 *
 * It needs no knowledge of how origins are chosen: any order of them that holds for a session or key will do.
 * @returns the later request of each pair, one a request
 */
export function strayed(book: Book): string[] {
  const wasOut = standings(book);
  /** Whether a request may have been kept from an origin: it failed it, was full, or was out of order. */
  const wasKeptFrom = (origin: string, { id, at, ended_at }: Sent) =>
    book
      .points(id)
      .some(
        ({ failed_origins, events }) =>
          failed_origins.split(',').includes(origin) || hasMark(events, 'overflow'),
      ) || wasOut(origin, at, ended_at);
  const found: string[] = [];
  for (const { name, pool, requests } of companies(book.ledger.sent)) {
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

/** Whether the column `events` has a mark. */
export function hasMark(events: string, name: string): boolean {
  return events.split(',').includes(name);
}
