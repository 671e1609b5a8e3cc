import type { ProbeOrder, Prober } from '../../../shared/contracts/carrying.ts';
import { type Checked, check, timedOut } from './check.ts';
import type { Lane, Slots } from './slots.ts';

/** The longest that a probe may occupy the quick lane. An origin that takes longer moves to the slow lane. */
export const QUICK_MS = 1_000;

/**
 * Checks one origin once, as soon as a slot is free.
 *
 * A check in the quick lane returns its slot after {@link QUICK_MS}. If the origin has not answered by then, it is probed
 * again in the slow lane, with the full timeout of its monitor. Its next check begins there, so it delays quick checks only once.
 *
 * @param retries further attempts after a time-out
 * @param lane lane in which the last check of this origin ended
 * @param now a clock in milliseconds, from any starting point
 * @returns the result, and the lane for the next check; never rejects
 */
export async function checkInTurn(
  slots: Slots,
  prober: Prober | undefined,
  order: ProbeOrder,
  retries: number,
  lane: Lane,
  now: () => number,
): Promise<{ checked: Checked; lane: Lane }> {
  const quick_ms = Math.min(QUICK_MS, order.timeout_ms);
  const timed = (task: () => Promise<Checked>, in_lane: Lane) =>
    slots.run(async () => {
      const began_at = now();
      const checked = await task();
      const slow = timedOut(checked) || now() - began_at >= quick_ms;
      return { checked, lane: slow ? ('slow' as const) : ('quick' as const) };
    }, in_lane);

  let left = retries;
  if (lane === 'quick') {
    const tried = await timed(() => check(prober, { ...order, timeout_ms: quick_ms }, 0), 'quick');
    if (tried.lane === 'quick' || tried.checked.ended === 'success') return tried;
    // The monitor's timeout is no longer than a quick probe, so this probe was already the first full attempt.
    if (order.timeout_ms <= quick_ms) {
      if (!timedOut(tried.checked) || left === 0) return tried;
      left--;
    }
  }
  return timed(() => check(prober, order, left), 'slow');
}
