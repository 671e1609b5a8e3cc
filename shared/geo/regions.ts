// Cloudflare's thirteen load balancing regions. The platform gives a Worker the country and, for some, the subdivision, but not
// the region, and only an account's API has the assignment. So the table is ours. WNAM follows Cloudflare's documentation
// (Mexico, Haiti, the states and provinces marked below); the rest follows geography and cables. Where it does not fit, set
// `country_pools`, which decides before `region_pools`.
// https://developers.cloudflare.com/load-balancing/reference/region-mapping-api/

/** ISO 3166-1 alpha-2 codes by region. The US and Canada are where their eastern subdivisions are. */
export const COUNTRIES = {
  WNAM: 'BZ CR GT HN HT MX NI PA SV',
  ENAM: 'AG AI BB BL BM BS CA CU DM DO GD GL GP JM KN KY LC MF MQ MS PM PR SX TC US VC VG VI',
  NSAM: 'AW BQ CO CW EC GF GY PE SR TT VE',
  SSAM: 'AR BO BR CL FK GS PY UY',
  WEU: 'AD AT AX BE CH DE DK ES FI FO FR GB GG GI IE IM IS IT JE LI LU MC MT NL NO PT SE SJ SM VA',
  EEU: 'AL AM AZ BA BG BY CY CZ EE GE GR HR HU KG KZ LT LV MD ME MK PL RO RS RU SI SK TJ TM TR UA UZ XK',
  ME: 'AE BH IL IQ IR JO KW LB OM PS QA SA SY YE',
  NAF: 'BF BJ CF CI CM CV DJ DZ EG EH ER ET GH GM GN GW LR LY MA ML MR NE NG SD SL SN SO SS TD TG TN',
  SAF: 'AO BI BV BW CD CG GA GQ KE KM LS MG MU MW MZ NA RE RW SC SH ST SZ TF TZ UG YT ZA ZM ZW',
  SAS: 'AF BD BT IN IO LK MV NP PK',
  SEAS: 'BN CC CX ID KH LA MM MY PH SG TH TL VN',
  NEAS: 'CN HK JP KP KR MN MO TW',
  OC: 'AQ AS AU CK FJ FM GU HM KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TO TV UM VU WF WS',
} as const;

/** ISO 3166-2 subdivisions in WNAM: first those that Cloudflare's documentation names, then their neighbours. */
const WESTERN: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['US', codes('AZ CA CO HI MN MO NV OR TX UT WA', 'AK ID KS MT ND NE NM OK SD WY')],
  ['CA', codes('AB BC', 'MB NT SK YT')],
]);

/** Cloudflare's region code: `WEU`. */
export type RegionCode = keyof typeof COUNTRIES;

export const REGION_CODES = Object.keys(COUNTRIES) as RegionCode[];

const REGION_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(COUNTRIES).flatMap(([region, list]) => list.split(' ').map((country) => [country, region])),
);

/** Whether a code names a country, or is Cloudflare's `XX` (unknown) or `T1` (Tor). */
export function isCountry(code: string): boolean {
  return REGION_OF.has(code) || code === 'US' || code === 'CA' || code === 'XX' || code === 'T1';
}

/**
 * The region of a client.
 * @param country ISO 3166-1 alpha-2, upper case: `request.cf.country`
 * @param subdivision `request.cf.regionCode`: `TX`. As at Cloudflare, it matters only for the US and Canada
 * @returns the empty string if the country is not known (`XX`, `T1`)
 */
export function regionOf(country: string, subdivision: string | undefined): RegionCode | '' {
  if (subdivision !== undefined && WESTERN.get(country)?.has(subdivision)) return 'WNAM';
  return (REGION_OF.get(country) ?? '') as RegionCode | '';
}

function codes(...lists: string[]): ReadonlySet<string> {
  return new Set(lists.flatMap((list) => list.split(' ')));
}
