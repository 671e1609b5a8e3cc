import type { OriginState } from '../../shared/contracts/health.ts';
import type { Verdict } from './judge.ts';
import type { WatchKey } from './order.ts';
import type { Records } from './schedule.ts';

/** What one prober makes of one origin by one monitor: its verdict without how it came to it. */
export type Sight = Pick<Verdict, 'state' | 'since' | 'reason' | 'rtt_ms'>;

/** What several sights come to. */
export interface Opinion {
  state: OriginState;
  /** Why it is not `up`. */
  reason?: NonNullable<Sight['reason']>;
  rtt_ms?: number;
  /** Since when, as far as known; milliseconds since the epoch. */
  since?: number;
}

/** Everything that one prober sees. */
export type Sights = Record<WatchKey, Sight>;

export function sightsOf(records: Records): Sights {
  return Object.fromEntries(
    [...records].map(([key, { verdict }]) => {
      const { last: _last, streak: _streak, ...sight } = verdict;
      return [key, sight];
    }),
  );
}

/** Changes when a state does, not with a round-trip time. */
export function fingerprintOf(sights: Sights): string {
  return Object.entries(sights)
    .map(([key, { state, since }]) => `${key} ${state} ${since}`)
    .sort()
    .join('\n');
}
