import type { KindName } from '../kinds.ts';

/** What the harness tells the client's process. */
export type ClientOrder =
  | { start: ClientPlan }
  /** Requests from now on go over new connections; the old ones end with what is under way on them. */
  | { renew: true }
  /** Sends nothing more but the last round, when all is answered, and ends. */
  | { stop: true };

/** The load. */
export interface ClientPlan {
  /** Where Plimsoll is. */
  port: number;
  seed: number;
  /** Of load. */
  minutes: number;
  /** Requests a second, WebSockets' frames not counted. */
  rate: number;
  /** WebSockets that are held open. */
  sockets: number;
}

/** What it tells the harness. */
export type ClientReport =
  | { sent: Sent }
  | { session: Session }
  | { ready: true }
  | { renewed: true }
  | { done: true };

/** When a client leaves, and how long after that has begun. */
export interface Leaving {
  /** In the middle of its upload; while it waits, counted from the beginning; when the first bytes of the answer have come. */
  in: 'upload' | 'waiting' | 'download';
  after_ms: number;
}

/** A request as it is drawn. */
export interface Asked {
  id: string;
  kind: KindName;
  /** Value of `x-lane`; empty: none is sent. */
  lane: string;
  /** Value of `x-key`; empty: none is sent. */
  key: string;
  leaving: Leaving | undefined;
}

/** One request and what came of it. */
export interface Sent extends Asked {
  /** The session's cookie that it had, hashed; empty: none. */
  cookie: string;
  /** The session's cookie that it was given, hashed; empty: none. */
  given: string;
  /** When its client left before it was answered; 0: it did not. */
  left_at: number;
  /** One of the last round: nothing else was under way. */
  last: boolean;
  /** Milliseconds since the epoch. */
  at: number;
  ended_at: number;
  /** 0: no answer. */
  status: number;
  /** Of the origin that says that it answered; empty if none did. */
  origin: string;
  /**
   * `right`: whole and as it should be. `cut`: as it should be, but not to its end. `wrong`: something else. `none`:
   * no answer, or not an origin's own.
   */
  body: 'right' | 'cut' | 'wrong' | 'none';
  /** Bytes that came. */
  bytes: number;
  /** What the connection said, if anything. */
  error: string;
}

/** One WebSocket, from its opening to its end. */
export interface Session {
  id: string;
  at: number;
  ended_at: number;
  /** Empty: never opened. */
  origin: string;
  frames: number;
  echoed: number;
  /** The first echo that was not the next in order, or the like; empty if all was right. */
  wrong: string;
  /** `client`: when the load was over. */
  ended_by: 'client' | 'lost';
  error: string;
}
