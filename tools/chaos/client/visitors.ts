import { createHash } from 'node:crypto';

/** The cookie of a session: see docs/sessions.md. */
const COOKIE = /^(__plimsoll[^=]*=[^;]+)/;
/** Number of visitors. Each has a session. */
const VISITORS = 10;
/** Number of visits after which a new visitor, without a cookie, takes the place of an old one. */
const VISITS = 40;

/** Visitors that keep the cookie of their session, as browsers do. */
export class Visitors {
  readonly #cookies: string[] = Array.from({ length: VISITORS }, () => '');
  #visits = 0;

  /** Chooses the next visitor in turn. @returns its place */
  next(): number {
    const place = this.#visits % VISITORS;
    if (Math.floor(this.#visits / VISITORS) % VISITS === VISITS - 1) this.#cookies[place] = '';
    this.#visits++;
    return place;
  }

  /** The cookie of a visitor; empty if it has none. */
  cookie(place: number): string {
    return this.#cookies[place] ?? '';
  }

  /** Keeps the cookie of an answer. @returns the hash of the cookie; empty if there is none */
  keep(place: number, set_cookie: readonly string[]): string {
    for (const line of set_cookie) {
      const cookie = COOKIE.exec(line)?.[1];
      if (cookie === undefined) continue;
      this.#cookies[place] = cookie;
      return hashOf(cookie);
    }
    return '';
  }
}

/** The hash that stands for a cookie in the ledger, so that a report does not reveal sessions. */
export function hashOf(cookie: string): string {
  return cookie === '' ? '' : createHash('sha256').update(cookie).digest('base64url').slice(0, 12);
}
