import { describe, expect, it } from 'vitest';
import { isRegionCode } from '../../../../../shared/geo/region_members.ts';
import { REGION_CODES, regionOf } from '../../../../../shared/geo/regions.ts';
import { REGION_ROUTES, type regionsWith } from '../../../../../workers/console/routes/cloudflare/regions.ts';
import { ACCOUNT, call } from './call.ts';

const PATH = `/client/v4/accounts/${ACCOUNT}/load_balancers/regions`;
type Answer = { regions: ReturnType<typeof regionsWith> };

async function regions(query = ''): Promise<Answer['regions']> {
  return ((await call(REGION_ROUTES, `GET ${PATH}${query}`)).result as Answer).regions;
}

describe('GET regions', () => {
  it('has every country and subdivision in the region that requests from there get', async () => {
    const all = await regions();
    expect(all.map(({ region_code }) => region_code)).toEqual(REGION_CODES);
    for (const { region_code, countries } of all)
      for (const { country_code_a2, country_subdivisions = [] } of countries) {
        if (country_subdivisions.length === 0)
          expect(regionOf(country_code_a2, undefined), country_code_a2).toBe(region_code);
        for (const { subdivision_code_a2 } of country_subdivisions)
          expect(regionOf(country_code_a2, subdivision_code_a2), subdivision_code_a2).toBe(region_code);
      }
  });

  it('names countries and subdivisions in English', async () => {
    const [wnam] = await regions('?country_code_a2=ca');
    expect(wnam?.countries).toEqual([
      expect.objectContaining({ country_code_a2: 'CA', country_name: 'Canada' }),
    ]);
    expect(wnam?.countries[0]?.country_subdivisions).toContainEqual({
      subdivision_code_a2: 'BC',
      subdivision_name: 'British Columbia',
    });
  });

  it.each([
    ['?country_code_a2=DE', ['WEU']],
    ['?country_code=DE', ['WEU']],
    ['?country_code_a2=US', ['WNAM', 'ENAM']],
    ['?country_code_a2=US&subdivision_code=TX', ['WNAM']],
    ['?subdivision_code_a2=US-NY', ['ENAM']],
    ['?country_code_a2=DE&subdivision_code=TX', []],
    ['?country_code_a2=ZZ', []],
  ])('finds by %s the regions %j', async (query, codes) => {
    expect((await regions(query)).map(({ region_code }) => region_code)).toEqual(codes);
  });
});

describe('GET regions/:region_id', () => {
  it('shows one region in the form of the list', async () => {
    const { result } = await call(REGION_ROUTES, `GET ${PATH}/SAS`);
    expect(result).toMatchObject({ iso_standard: expect.stringContaining('ISO 3166') });
    expect((result as Answer).regions).toEqual(
      (await regions()).filter((each) => each.region_code === 'SAS'),
    );
  });

  it.each(['XX', 'weu', 'constructor'])('answers 404 to %s', async (code) => {
    expect(isRegionCode(code)).toBe(false);
    await expect(call(REGION_ROUTES, `GET ${PATH}/${code}`)).rejects.toMatchObject({ status: 404 });
  });
});
