import type { KindName } from '../kinds.ts';

/** What an origin does with requests that arrive from now on. */
export type Behaviour = 'well' | 'slow' | 'reset_early' | 'reset_late' | 'half_answers' | 'error_burst';

/** What the harness tells an origin's process. */
export type Order = { behave: Behaviour } | { listen: boolean };

/** What became of one request at one origin, step by step. */
export type Step =
  /** Its headers have come. */
  | 'arrived'
  /** The application has done what it was asked. */
  | 'executed'
  /** The whole answer was handed to the system. */
  | 'answered'
  /** The application turned it away with 503, nothing done. */
  | 'refused'
  /** The origin broke it off, as it was told. */
  | 'broke'
  /** The other side went away first. */
  | 'left'
  /** Its body is not what was sent. */
  | 'wrong_body';

/** One line of an origin's log. */
export interface Execution {
  /** Milliseconds since the epoch. */
  at: number;
  /** `a/1`. */
  origin: string;
  /** Of the origin's process. */
  pid: number;
  /** Counts the process's requests: attempts of one request are told apart by it. */
  number: number;
  id: string;
  kind: KindName;
  step: Step;
  /** It says of itself that it is a copy. */
  copy?: true;
}
