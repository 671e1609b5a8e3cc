/** The faults of one origin, and what each does. */
export const ORIGIN_FAULTS = {
  kill: 'SIGKILL; the origin is restarted at the end',
  pause: 'SIGSTOP: connections are accepted but nothing is answered; SIGCONT at the end',
  slow: 'every answer is 0.8 s late; probes are answered at once',
  reset_early:
    'the connection is reset after the headers, before the request is executed; probes are answered',
  reset_late:
    'the request is executed, then the connection is reset in place of an answer; probes are answered',
  half_answers:
    'the request is executed, half of the answer is sent, then the connection ends; probes are answered',
  error_burst: '503 to every request and probe; nothing is executed',
  refuse: 'the listener and idle connections are closed; requests under way continue',
  flap: 'refuses connections for a second, accepts them for a second, and so on',
  drain: 'drained by a published configuration; the origin itself is healthy',
} as const;

/** The faults of everything else. */
export const PLATFORM_FAULTS = {
  kv_fail: 'KV answers 500',
  kv_hang: 'KV never answers',
  kv_empty: 'KV has no keys',
  cache_fail: 'the Cache API answers 500',
  cache_hang: 'the Cache API never answers',
  cache_empty: 'the Cache API loses everything and keeps nothing',
  cache_stale: 'entries of the Cache API do not expire',
  object_fail: 'the coordinator throws; it probes and publishes to KV as before',
  object_hang: 'SIGSTOP of the health Worker with its Durable Objects; SIGCONT at the end',
  object_crash:
    'SIGKILL of the health Worker; it is restarted at the end, with the storage of its Durable Objects',
  selector_crash: 'SIGKILL; the selector is restarted at the end',
  selector_hang: 'SIGSTOP; SIGCONT at the end',
  selector_nonsense: 'a selector with malformed answers takes its place until the end',
  publish_each_second: 'a new version of the configuration is published every second',
  rolling_restart: 'every Worker is replaced: selector, proxy, gateway, health',
} as const;

export type OriginFault = keyof typeof ORIGIN_FAULTS;
export type PlatformFault = keyof typeof PLATFORM_FAULTS;
export type FaultKind = OriginFault | PlatformFault;

/** The faults of each source of documents. One fault of each can happen at the same time. */
export const SOURCE_FAULTS = {
  kv: ['kv_fail', 'kv_hang', 'kv_empty'],
  cache: ['cache_fail', 'cache_hang', 'cache_empty', 'cache_stale'],
  object: ['object_fail', 'object_hang', 'object_crash'],
} as const satisfies Record<string, readonly PlatformFault[]>;

export type Source = keyof typeof SOURCE_FAULTS;

/** The target of {@link PLATFORM_FAULTS} that are not {@link SOURCE_FAULTS}. */
export const PLATFORM = 'platform';

/** A fault with its time and target. Times are milliseconds from the start of the load. */
export interface Fault {
  at_ms: number;
  for_ms: number;
  kind: FaultKind;
  /** An origin's id (`a/1`), a {@link Source}, or {@link PLATFORM}. */
  target: string;
}

/** Whether a fault concerns one of {@link SOURCE_FAULTS}. */
export function isSourceFault(kind: PlatformFault): boolean {
  return Object.values<readonly PlatformFault[]>(SOURCE_FAULTS).some((kinds) => kinds.includes(kind));
}

/** Whether a fault concerns one origin. */
export function isOriginFault(kind: FaultKind): kind is OriginFault {
  return kind in ORIGIN_FAULTS;
}
