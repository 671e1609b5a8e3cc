import { expect, it } from 'vitest';
import { hintOf } from '../../../shared/geo/location_hints.ts';
import { REGION_CODES } from '../../../shared/geo/regions.ts';

it("has one of the platform's nine hints for each of the thirteen regions", () => {
  // https://developers.cloudflare.com/durable-objects/reference/data-location/#supported-locations-1
  const hints = ['wnam', 'enam', 'sam', 'weur', 'eeur', 'apac', 'oc', 'afr', 'me'];
  expect(REGION_CODES.length).toBe(13);
  expect(new Set(REGION_CODES.map(hintOf))).toEqual(new Set(hints));
});

it('knows no other region', () => {
  expect(hintOf('')).toBeUndefined();
  expect(hintOf('weur')).toBeUndefined();
  expect(hintOf('constructor')).toBeUndefined();
});
