import * as v from 'valibot';
import { countriesOf, isRegionCode, type RegionCountry } from '../../../../shared/geo/region_members.ts';
import { REGION_CODES } from '../../../../shared/geo/regions.ts';
import { CODES, Refusal } from '../../refusal.ts';
import type { Call, Reply, Route } from '../route.ts';
import { requireOwn } from './own_ids.ts';

// Cloudflare's Region API: which countries a region of `region_pools` has.
// https://developers.cloudflare.com/load-balancing/reference/region-mapping-api/

const PREFIX = '/client/v4/accounts/:account_id/load_balancers/regions';

const COUNTRY = 'a country code of two letters (ISO 3166-1 alpha-2)';
const SUBDIVISION =
  'a subdivision code (ISO 3166-2) of two letters, with or without its country: "TX" or "US-TX"';

const country_code = v.optional(v.pipe(v.string(COUNTRY), v.regex(/^[A-Za-z]{2}$/, COUNTRY)));
const subdivision_code = v.optional(
  v.pipe(v.string(SUBDIVISION), v.regex(/^([A-Za-z]{2}-)?[A-Za-z]{2}$/, SUBDIVISION)),
);

const result = v.object({
  iso_standard: v.string(),
  regions: v.array(
    v.object({
      region_code: v.string(),
      countries: v.array(
        v.object({
          country_code_a2: v.string(),
          country_name: v.string(),
          country_subdivisions: v.optional(
            v.array(v.object({ subdivision_code_a2: v.string(), subdivision_name: v.string() })),
          ),
        }),
      ),
    }),
  ),
});

/** What to look for. Codes are in capital letters. */
interface Wanted {
  country?: string | undefined;
  subdivision?: string | undefined;
}

/** The regions that have a country or a subdivision, with that alone; all of them if nothing is asked for. */
export function regionsWith(wanted: Wanted) {
  return REGION_CODES.map((region_code) => ({
    region_code,
    countries: countriesOf(region_code).flatMap((country) => only(country, wanted)),
  })).filter(({ countries }) => countries.length > 0);
}

/** A country with the subdivisions that are asked for. Empty: it is not asked for. */
function only(country: RegionCountry, wanted: Wanted): RegionCountry[] {
  if (wanted.country !== undefined && wanted.country !== country.country_code_a2) return [];
  if (wanted.subdivision === undefined) return [country];
  const country_subdivisions = (country.country_subdivisions ?? []).filter(
    ({ subdivision_code_a2 }) => subdivision_code_a2 === wanted.subdivision,
  );
  return country_subdivisions.length === 0 ? [] : [{ ...country, country_subdivisions }];
}

function wantedBy(query: Call['query']): Wanted {
  const text = (query['subdivision_code'] ?? query['subdivision_code_a2'])?.toUpperCase();
  const [first, second] = text?.split('-') ?? [];
  const country = query['country_code_a2'] ?? query['country_code'];
  return {
    country: country?.toUpperCase() ?? (second === undefined ? undefined : first),
    subdivision: second ?? first,
  };
}

const answer = (regions: ReturnType<typeof regionsWith>): Reply => ({
  result: { iso_standard: 'Country and subdivision codes follow ISO 3166-1 alpha-2 and ISO 3166-2', regions },
});

export const REGION_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: PREFIX,
    scope: 'read',
    summary: 'Lists regions with their countries.',
    tag: 'regions',
    query: {
      country_code_a2: { schema: country_code, summary: 'Only this country.' },
      country_code: { schema: country_code, summary: 'The same.' },
      subdivision_code_a2: {
        schema: subdivision_code,
        summary: 'Only this state or province. The United States and Canada have them here.',
      },
      subdivision_code: { schema: subdivision_code, summary: 'The same.' },
    },
    result,
    async handle({ env, params, query, request }) {
      requireOwn(env, params, request);
      return answer(regionsWith(wantedBy(query)));
    },
  },
  {
    method: 'GET',
    path: `${PREFIX}/:region_id`,
    scope: 'read',
    summary: 'Shows one region with its countries.',
    tag: 'regions',
    result,
    async handle({ env, params, request }) {
      requireOwn(env, params, request);
      const region = params['region_id'] ?? '';
      if (!isRegionCode(region)) {
        const message = `there is no region ${JSON.stringify(region)}; allowed: ${REGION_CODES.join(', ')}`;
        throw new Refusal(404, [{ code: CODES.not_found, message }]);
      }
      return answer(regionsWith({}).filter(({ region_code }) => region_code === region));
    },
  },
];
