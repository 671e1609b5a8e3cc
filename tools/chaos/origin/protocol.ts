import type { KindName } from '../kinds.ts';

/** What an origin does with requests that arrive from now on. */
export type Behaviour = 'well' | 'slow' | 'reset_early' | 'reset_late' | 'half_answers' | 'error_burst';

/** An order of the harness to an origin's process. */
export type Order = { behave: Behaviour } | { listen: boolean };

/** A step of one request at one origin. */
export type Step =
  /** The headers have arrived. */
  | 'arrived'
  /** The application has executed the request. */
  | 'executed'
  /** The complete answer was handed to the operating system. */
  | 'answered'
  /** The application refused the request with 503 and did nothing. */
  | 'refused'
  /** The origin broke the connection, as ordered. */
  | 'broke'
  /** The other side closed the connection first. */
  | 'left'
  /** The body differs from what the client sent. */
  | 'wrong_body';

/** One line of an origin's log. */
export interface Execution {
  /** Milliseconds since the epoch. */
  at: number;
  /** `a/1`. */
  origin: string;
  /** Process of the origin. */
  pid: number;
  /** Number of the request in this process. It distinguishes the attempts of one request. */
  number: number;
  id: string;
  kind: KindName;
  step: Step;
  /** The request is marked as a copy. */
  copy?: true;
}
