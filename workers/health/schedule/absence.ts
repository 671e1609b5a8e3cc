import type { LocationHint } from '../../../shared/geo/location_hints.ts';
import { elapsed } from '../../../shared/time/clock.ts';
import { REPORT_MS } from '../paces.ts';
import type { Link } from './regions.ts';

type Links = ReadonlyMap<LocationHint, Pick<Link, 'heard_at'>>;

/** A coordinator that heard no region for the time of two reports was absent. */
const ABSENT_MS = 2 * REPORT_MS;

/**
 * When a coordinator that starts now returned from an absence; 0: it was not absent. Regions that it could not
 * hear must not count as silent.
 */
export function backAt(links: Links, now: number): number {
  return elapsed(lastHeard(links), now) > ABSENT_MS ? now : 0;
}

/** Until when a coordinator that starts now certainly heard its regions: `now`, unless it was absent. */
export function presentUntil(links: Links, now: number): number {
  const heard_at = lastHeard(links);
  return Number.isFinite(heard_at) && heard_at + ABSENT_MS < now ? heard_at : now;
}

/** When any region was heard. -Infinity: none ever was. */
function lastHeard(links: Links): number {
  return Math.max(...[...links.values()].map(({ heard_at }) => heard_at));
}
