import { within } from '../../shared/time/within.ts';

/** Long enough for KV and a coordinator that are well, and little beside the shortest interval of a monitor, 5 s. */
const SOON_MS = 250;

/**
 * Waits a little for work, so that the next round finds it done. Work that takes longer goes on beside the rounds, so a slow
 * store delays no check. Never rejects.
 */
export async function soon(
  ctx: Pick<DurableObjectState, 'waitUntil'>,
  work: Promise<unknown> | undefined,
): Promise<void> {
  if (work === undefined) return;
  ctx.waitUntil(work);
  await within(SOON_MS, work).catch(() => undefined);
}
