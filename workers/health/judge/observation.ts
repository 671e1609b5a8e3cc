import type { OriginState } from '../../../shared/contracts/health.ts';
import type { WatchKey } from '../probe/order.ts';
import type { CheckState } from './check_state.ts';

/** What one prober reports about one origin under one monitor: the outcome of rise and fall, without its counters. */
export type Observation = Pick<CheckState, 'state' | 'since' | 'reason' | 'rtt_ms'>;

/** What several observations of one origin add up to. */
export interface Opinion {
  state: OriginState;
  /** Why it is not `up`. */
  reason?: NonNullable<Observation['reason']>;
  rtt_ms?: number;
  /** Since when, milliseconds since the epoch: the newest of the observations that decided. Absent: not known. */
  since?: number;
}

/** All observations of one prober. */
export type Observations = Record<WatchKey, Observation>;

export function observationsOf(records: ReadonlyMap<WatchKey, { verdict: CheckState }>): Observations {
  return Object.fromEntries(
    [...records].map(([key, { verdict }]) => {
      const { last: _last, streak: _streak, ...observation } = verdict;
      return [key, observation];
    }),
  );
}

/** A text that changes when a state changes. Round-trip times do not count. */
export function fingerprintOf(observations: Observations): string {
  return Object.entries(observations)
    .map(([key, { state, since }]) => `${key} ${state} ${since}`)
    .sort()
    .join('\n');
}
