import type { ProbeReason } from '../../../shared/contracts/carrying.ts';
import type { OriginState } from '../../../shared/contracts/health.ts';
import type { Monitor } from '../../../shared/model/config.ts';
import type { Checked } from '../probe/check.ts';

/** What one prober has concluded about one origin from its checks. Stored, so restarts and deployments do not reset it. */
export interface CheckState {
  state: OriginState;
  /** When the origin entered this state, milliseconds since the epoch. */
  since: number;
  /** Why it left `up`. Absent if it is up or was never probed. */
  reason?: ProbeReason;
  /** Round-trip time of successful probes, an exponentially weighted moving average (see {@link NEWEST}). */
  rtt_ms?: number;
  /** How the last check ended. Absent before the first check and after the monitor was changed. */
  last?: Checked['ended'];
  /** Number of consecutive checks that ended like the last one. */
  streak: number;
}

/** Weight of the newest probe in the average. Two probes later, older values weigh (1 - 0.3)² = 49 %. */
const NEWEST = 0.3;

/** The state of an origin before its first check. `unknown` origins serve traffic. */
export function unprobed(now: number): CheckState {
  return { state: 'unknown', since: now, streak: 0 };
}

/** The same state with its streak reset, because results under an older definition no longer count. */
export function withStreakReset({ last: _, ...state }: CheckState): CheckState {
  return { ...state, streak: 0 };
}

/**
 * Rise and fall. The state changes after `consecutive_up` successes or `consecutive_down` failures in a row. A check that
 * ends differently restarts the count. All kinds of failure count the same.
 *
 * - From `unknown`, one success makes an origin `up`, but `down` still takes `consecutive_down` failures. A fresh start thus
 *   neither holds back a good origin nor condemns one for a single lost packet.
 * - A check that the proxy lost says nothing about the origin, so it never makes the origin `down`. After `consecutive_down`
 *   lost checks in a row the state is `unknown`, because the last result is too old.
 *
 * @param now milliseconds since the epoch
 */
export function checkStateAfter(
  before: CheckState,
  checked: Checked,
  monitor: Pick<Monitor, 'consecutive_up' | 'consecutive_down'>,
  now: number,
): CheckState {
  const streak = before.last === checked.ended ? before.streak + 1 : 1;
  const same: CheckState = { ...before, last: checked.ended, streak };
  const { rtt_ms = checked.rtt_ms } = before;
  if (checked.ended === 'success') same.rtt_ms = rtt_ms + NEWEST * (checked.rtt_ms - rtt_ms);

  const state = stateAfter(before.state, checked, streak, monitor);
  if (state === before.state) return same;

  const { reason: _, ...changed } = same;
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
