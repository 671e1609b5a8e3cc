/** What is done to one origin, and what its users see of it. */
export const ORIGIN_FAULTS = {
  kill: 'SIGKILL; started again at the end',
  pause: 'SIGSTOP: connections come about, nothing is answered; SIGCONT at the end',
  slow: 'every answer 0.8 s late; probes are not',
  reset_early:
    'connection reset when the headers have come, before anything is executed; probes are answered',
  reset_late: 'request executed, then the connection reset in place of an answer; probes are answered',
  half_answers: 'request executed, half of the answer sent, then the connection ended; probes are answered',
  error_burst: '503 to everything, probes included; nothing is executed',
  refuse: 'listener and idle connections closed; what is under way goes on',
  flap: 'refuses for a second, listens for a second, and so on',
  drain: 'taken out by a published configuration; nothing is wrong with it',
} as const;

/** What is done to everything else. */
export const PLATFORM_FAULTS = {
  kv_fail: 'KV answers 500',
  kv_hang: 'KV answers nothing',
  kv_empty: 'KV has no key',
  selector_crash: 'SIGKILL; started again at the end',
  selector_hang: 'SIGSTOP; SIGCONT at the end',
  selector_nonsense: 'replaced by one whose answers are none; the real one at the end',
  publish_each_second: 'a new version of the configuration each second',
  rolling_restart: 'every Worker replaced: selector, proxy, gateway, health',
} as const;

export type OriginFault = keyof typeof ORIGIN_FAULTS;
export type PlatformFault = keyof typeof PLATFORM_FAULTS;
export type FaultKind = OriginFault | PlatformFault;

/** Of {@link PLATFORM_FAULTS}, for a target's name. */
export const PLATFORM = 'platform';

/** Something that is broken for a while. Times are milliseconds from the start of the load. */
export interface Fault {
  at_ms: number;
  for_ms: number;
  kind: FaultKind;
  /** An origin's id (`a/1`), or {@link PLATFORM}. */
  target: string;
}

/** Whether a fault is one of an origin's. */
export function isOriginFault(kind: FaultKind): kind is OriginFault {
  return kind in ORIGIN_FAULTS;
}
