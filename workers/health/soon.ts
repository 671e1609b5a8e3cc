import { within } from '../../shared/time/within.ts';

/** Enough for healthy KV and a healthy coordinator, and short compared to the shortest monitor interval of 5 s. */
const SOON_MS = 250;

/**
 * Waits briefly for work, so that it is usually done before the round goes on. Slower work continues in the background, so a
 * slow store delays no check. Never rejects.
 */
export async function soon(
  ctx: Pick<DurableObjectState, 'waitUntil'>,
  work: Promise<unknown> | undefined,
): Promise<void> {
  if (work === undefined) return;
  ctx.waitUntil(work);
  await within(SOON_MS, work).catch(() => undefined);
}
