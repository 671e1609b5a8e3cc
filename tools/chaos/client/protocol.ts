import type { KindName } from '../kinds.ts';

/** An order of the harness to the client's process. */
export type ClientOrder =
  | { start: ClientPlan }
  /** Use new connections for new requests. Old connections end with their last answer. */
  | { renew: true }
  /** End the load, send the last round after all answers, and exit. */
  | { stop: true };

/** The load. */
export interface ClientPlan {
  /** Port of the gateway. */
  port: number;
  seed: number;
  /** Length of the load. */
  minutes: number;
  /** Requests per second, without the frames of WebSockets. */
  rate: number;
  /** Number of WebSockets that are kept open. */
  sockets: number;
}

/** A report of the client's process to the harness. */
export type ClientReport =
  | { sent: Sent }
  | { session: Session }
  | { ready: true }
  | { renewed: true }
  | { done: true };

/** When a client leaves before its answer is complete. */
export interface Leaving {
  /** After half of the upload, after the request began, or after the first bytes of the answer. */
  in: 'upload' | 'waiting' | 'download';
  /** Time from the start of the request, or for `download` from the headers of the answer. */
  after_ms: number;
}

/** A request as it is drawn. */
export interface Asked {
  id: string;
  kind: KindName;
  /** Value of `x-lane`; if empty, the header is not sent. */
  lane: string;
  /** Value of `x-key`; if empty, the header is not sent. */
  key: string;
  leaving: Leaving | undefined;
}

/** One request and its result. */
export interface Sent extends Asked {
  /** Hash of the session cookie that it sent; empty if it sent none. */
  cookie: string;
  /** Hash of the session cookie in the answer; empty if there was none. */
  given: string;
  /** When its client left before the answer; 0 if it did not. */
  left_at: number;
  /** Whether it belongs to the last round, in which nothing else is under way. */
  last: boolean;
  /** When it began. Milliseconds since the epoch. */
  at: number;
  ended_at: number;
  /** Status of the answer; 0 if there was none. */
  status: number;
  /** Id of the origin, as in its answer; empty if no origin answered. */
  origin: string;
  /**
   * `right`: complete and correct. `cut`: correct, but incomplete. `wrong`: anything else. `none`: no answer, or one with
   * another status.
   */
  body: 'right' | 'cut' | 'wrong' | 'none';
  /** Bytes of the answer's body. */
  bytes: number;
  /** Error of the connection; empty if there was none. */
  error: string;
}

/** One WebSocket, from its opening to its end. */
export interface Session {
  id: string;
  at: number;
  ended_at: number;
  /** Id of the origin; empty if it never opened. */
  origin: string;
  /** Frames that were sent. */
  frames: number;
  /** Frames that came back in order. */
  echoed: number;
  /** What was wrong with the echoes; empty if nothing was. */
  wrong: string;
  /** `client` if the end of the load ended it. */
  ended_by: 'client' | 'lost';
  error: string;
}
