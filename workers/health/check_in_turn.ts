import type { ProbeOrder, Prober } from '../../shared/contracts/carrying.ts';
import { type Checked, check, timedOut } from './check.ts';
import type { Lane, Slots } from './slots.ts';

/** How long a quick probe takes at most. An origin that answers later is checked among the slow ones. */
export const QUICK_MS = 1_000;

/**
 * Checks one origin once, when there is room for it.
 *
 * A check in the quick lane gives its slot back after {@link QUICK_MS}. An origin that has not answered by then is asked again
 * in the slow lane, with all the time that its monitor allows. Its next check begins there, so it delays quick checks once.
 *
 * @param retries after a time-out
 * @param lane where its last check ended
 * @param now milliseconds since any start
 * @returns how it ended, and the lane for the next check. Never rejects
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
    // Where the monitor allows no more time, this was the first of its tries.
    if (order.timeout_ms <= quick_ms) {
      if (!timedOut(tried.checked) || left === 0) return tried;
      left--;
    }
  }
  return timed(() => check(prober, order, left), 'slow');
}
