import type { RegionCode } from './regions.ts';

/**
 * The location hint of Durable Objects nearest to each of Cloudflare's load balancing regions: nine hints for thirteen regions.
 * The table is ours. A hint is best effort, and only the first one for an object counts.
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

/** The hint nearest to a region. @returns undefined: it is not a region code */
export function hintOf(region: string): LocationHint | undefined {
  return Object.hasOwn(HINTS, region) ? HINTS[region as RegionCode] : undefined;
}
