import type { RegionCode } from './regions.ts';

/**
 * Where a Durable Object may be asked to live, nearest to each of Cloudflare's load balancing regions. Thirteen regions
 * fold into nine hints. THE TABLE IS OURS; a hint is best effort, and counts when an object is made for the first time.
 * https://developers.cloudflare.com/durable-objects/reference/data-location/
 */
const HINTS = {
  WNAM: 'wnam',
  ENAM: 'enam',
  NSAM: 'sam',
  SSAM: 'sam',
  WEU: 'weur',
  EEU: 'eeur',
  ME: 'me',
  NAF: 'afr',
  SAF: 'afr',
  SAS: 'apac',
  SEAS: 'apac',
  NEAS: 'apac',
  OC: 'oc',
} as const satisfies Record<RegionCode, string>;

export type LocationHint = (typeof HINTS)[RegionCode];

/** The hint nearest to a region; undefined for what is no region code. */
export function hintOf(region: string): LocationHint | undefined {
  return Object.hasOwn(HINTS, region) ? HINTS[region as RegionCode] : undefined;
}
