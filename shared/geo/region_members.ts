import { COUNTRIES, REGION_CODES, type RegionCode, regionOf } from './regions.ts';

/**
 * Subdivisions by country and by their code in ISO 3166-2, of the countries that lie in two regions. Territories of the United
 * States have country codes of their own.
 */
const SUBDIVISIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  US: {
    AL: 'Alabama',
    AK: 'Alaska',
    AZ: 'Arizona',
    AR: 'Arkansas',
    CA: 'California',
    CO: 'Colorado',
    CT: 'Connecticut',
    DE: 'Delaware',
    DC: 'District of Columbia',
    FL: 'Florida',
    GA: 'Georgia',
    HI: 'Hawaii',
    ID: 'Idaho',
    IL: 'Illinois',
    IN: 'Indiana',
    IA: 'Iowa',
    KS: 'Kansas',
    KY: 'Kentucky',
    LA: 'Louisiana',
    ME: 'Maine',
    MD: 'Maryland',
    MA: 'Massachusetts',
    MI: 'Michigan',
    MN: 'Minnesota',
    MS: 'Mississippi',
    MO: 'Missouri',
    MT: 'Montana',
    NE: 'Nebraska',
    NV: 'Nevada',
    NH: 'New Hampshire',
    NJ: 'New Jersey',
    NM: 'New Mexico',
    NY: 'New York',
    NC: 'North Carolina',
    ND: 'North Dakota',
    OH: 'Ohio',
    OK: 'Oklahoma',
    OR: 'Oregon',
    PA: 'Pennsylvania',
    RI: 'Rhode Island',
    SC: 'South Carolina',
    SD: 'South Dakota',
    TN: 'Tennessee',
    TX: 'Texas',
    UT: 'Utah',
    VT: 'Vermont',
    VA: 'Virginia',
    WA: 'Washington',
    WV: 'West Virginia',
    WI: 'Wisconsin',
    WY: 'Wyoming',
  },
  CA: {
    AB: 'Alberta',
    BC: 'British Columbia',
    MB: 'Manitoba',
    NB: 'New Brunswick',
    NL: 'Newfoundland and Labrador',
    NT: 'Northwest Territories',
    NS: 'Nova Scotia',
    NU: 'Nunavut',
    ON: 'Ontario',
    PE: 'Prince Edward Island',
    QC: 'Quebec',
    SK: 'Saskatchewan',
    YT: 'Yukon',
  },
};

/** A country of a region, as Cloudflare's Region API writes it. */
export interface RegionCountry {
  /** ISO 3166-1 alpha-2. */
  country_code_a2: string;
  /** In English. */
  country_name: string;
  /** Those in this region. Absent: the whole country is in one region. */
  country_subdivisions?: { subdivision_code_a2: string; subdivision_name: string }[];
}

/** The countries of a region, by name of country. `WNAM` and `ENAM` have parts of the United States and of Canada. */
export function countriesOf(region: RegionCode): RegionCountry[] {
  const names = new Intl.DisplayNames('en', { type: 'region' });
  const split = Object.keys(SUBDIVISIONS).filter((country) => subdivisionsIn(country, region).length > 0);
  return [...new Set([...COUNTRIES[region].split(' '), ...split])]
    .map((country) => {
      const parts = subdivisionsIn(country, region);
      return {
        country_code_a2: country,
        country_name: names.of(country) ?? country,
        ...(parts.length === 0 ? {} : { country_subdivisions: parts }),
      };
    })
    .sort((a, b) => (a.country_name < b.country_name ? -1 : 1));
}

function subdivisionsIn(country: string, region: RegionCode) {
  return Object.entries(SUBDIVISIONS[country] ?? {})
    .filter(([code]) => regionOf(country, code) === region)
    .map(([subdivision_code_a2, subdivision_name]) => ({ subdivision_code_a2, subdivision_name }));
}

/** Whether a text is one of Cloudflare's region codes. */
export function isRegionCode(text: string): text is RegionCode {
  return REGION_CODES.some((code) => code === text);
}
