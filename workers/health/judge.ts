import type { ProbeReason } from '../../shared/contracts/carrying.ts';
import type { OriginState } from '../../shared/contracts/health.ts';
import type { Monitor } from '../../shared/model/config.ts';
import type { Checked } from './check.ts';

/** What is known of one origin. It is stored, so that restarts and redeployments change no verdict. */
export interface Verdict {
  state: OriginState;
  /** Since when it is in this state, milliseconds since the epoch. */
  since: number;
  /** Why it left `up`; absent when up or never probed. */
  reason?: ProbeReason;
  /** Of successful probes, in milliseconds: an average in which the newest counts for three tenths. */
  rtt_ms?: number;
  /** How the last check ended; absent before the first one and after a change of the monitor. */
  last?: Checked['ended'];
  /** Checks in a row that ended like the last one. */
  streak: number;
}

/** The part of the newest probe in the average: half of what an origin was is gone after two probes. */
const NEWEST = 0.3;

function smoothed(before: number | undefined, rtt_ms: number): number {
  return before === undefined ? rtt_ms : before + NEWEST * (rtt_ms - before);
}

/** An origin that nobody has asked yet. `unknown` is not `down`: it serves. */
export function unjudged(now: number): Verdict {
  return { state: 'unknown', since: now, streak: 0 };
}

/** The same verdict with its streak restarted, for results under an older definition do not count any more. */
export function restarted({ last: _, ...verdict }: Verdict): Verdict {
  return { ...verdict, streak: 0 };
}

/**
 * Rise and fall. A verdict changes after `consecutive_up` successes or `consecutive_down` failures, truly in a row:
 * one check that ends otherwise starts the count again. Every kind of failure counts the same.
 *
 * - From `unknown`, the first success makes an origin `up`; a failure needs `consecutive_down` as ever. So a
 *   fresh start neither withholds a good origin nor condemns one for a single lost packet.
 * - A check that the proxy lost says nothing of the origin: it never makes one `down`. After `consecutive_down` of
 *   them in a row the state is `unknown`, for what was known has aged.
 *
 * @param now milliseconds since the epoch
 */
export function judge(
  before: Verdict,
  checked: Checked,
  monitor: Pick<Monitor, 'consecutive_up' | 'consecutive_down'>,
  now: number,
): Verdict {
  const streak = before.last === checked.ended ? before.streak + 1 : 1;
  const verdict: Verdict = { ...before, last: checked.ended, streak };
  if (checked.ended === 'success') verdict.rtt_ms = smoothed(before.rtt_ms, checked.rtt_ms);

  const state = stateAfter(before.state, checked, streak, monitor);
  if (state === before.state) return verdict;

  const { reason: _, ...changed } = verdict;
  return {
    ...changed,
    state,
    since: now,
    ...(checked.ended === 'success' ? {} : { reason: checked.reason }),
  };
}

function stateAfter(
  state: OriginState,
  checked: Checked,
  streak: number,
  monitor: Pick<Monitor, 'consecutive_up' | 'consecutive_down'>,
): OriginState {
  switch (checked.ended) {
    case 'success':
      return state === 'unknown' || streak >= monitor.consecutive_up ? 'up' : state;
    case 'failure':
      return streak >= monitor.consecutive_down ? 'down' : state;
    case 'lost':
      return streak >= monitor.consecutive_down ? 'unknown' : state;
  }
}
