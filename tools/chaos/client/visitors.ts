import { createHash } from 'node:crypto';

/** Of one balancer: see docs/sessions.md. */
const COOKIE = /^(__plimsoll[^=]*=[^;]+)/;
/** Each has a session. */
const VISITORS = 10;
/** After so many visits somebody else comes in the place of a visitor, without a cookie. */
const VISITS = 40;

/** Clients that keep the cookie of their session, as browsers do. */
export class Visitors {
  readonly #cookies: string[] = Array.from({ length: VISITORS }, () => '');
  #visits = 0;

  /** The next one's turn. @returns its place */
  next(): number {
    const place = this.#visits % VISITORS;
    if (Math.floor(this.#visits / VISITORS) % VISITS === VISITS - 1) this.#cookies[place] = '';
    this.#visits++;
    return place;
  }

  /** What a visitor sends as `Cookie`; empty: it has none. */
  cookie(place: number): string {
    return this.#cookies[place] ?? '';
  }

  /** Keeps the cookie of an answer. @returns the cookie, hashed; empty: there was none */
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

/** What stands for a cookie in the ledger: nobody can be it by reading a report. */
export function hashOf(cookie: string): string {
  return cookie === '' ? '' : createHash('sha256').update(cookie).digest('base64url').slice(0, 12);
}
