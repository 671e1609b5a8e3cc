import { SUSPICION_MS } from '../../../shared/contracts/control.ts';
import type { OriginId } from '../../../shared/model/ids.ts';
import { pending } from '../../../shared/time/clock.ts';
import { within } from '../../../shared/time/within.ts';
import type { Isolate } from '../state/isolate.ts';

/** Ample for a coordinator on the other side of the world that has to start first. */
const CALL_TIMEOUT_MS = 5_000;

/**
 * Tells the coordinator that traffic to an origin fails, so that it is probed at once: at most once per {@link SUSPICION_MS} from
 * this isolate, and from this data centre if it has a cache. Never throws, and no request waits for it.
 * @param defer `ctx.waitUntil`
 */
export function suspect(isolate: Isolate, origin: OriginId, defer: (work: Promise<unknown>) => void): void {
  const { env, suspected_at, centre } = isolate;
  const { CONTROL } = env;
  const now = isolate.now();
  const before = suspected_at.get(origin);
  if (CONTROL === undefined) return;
  if (before !== undefined && pending(before + SUSPICION_MS, now, SUSPICION_MS)) return;
  suspected_at.set(origin, now);
  const tell = async () => {
    const name = `suspect/${encodeURIComponent(origin)}`;
    if (await centre.claim(name, SUSPICION_MS / 1_000)) await CONTROL.suspect([{ origin }]);
  };
  defer(within(CALL_TIMEOUT_MS, tell()).catch(() => undefined));
}
