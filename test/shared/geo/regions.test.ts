import { describe, expect, it } from 'vitest';
import { regionOf } from '../../../shared/geo/regions.ts';

const CODES = 'WNAM ENAM WEU EEU NSAM SSAM OC ME NAF SAF SAS SEAS NEAS'.split(' ');
const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

describe('regionOf', () => {
  it.each([
    ['DE', undefined, 'WEU'],
    ['PL', undefined, 'EEU'],
    ['BR', 'SP', 'SSAM'],
    ['CO', undefined, 'NSAM'],
    ['JP', '13', 'NEAS'],
    ['SG', undefined, 'SEAS'],
    ['IN', 'MH', 'SAS'],
    ['AU', 'NSW', 'OC'],
    ['AE', undefined, 'ME'],
    ['EG', undefined, 'NAF'],
    ['ZA', undefined, 'SAF'],
    ['MX', undefined, 'WNAM'],
  ])('puts %s %s into %s', (country, subdivision, region) => {
    expect(regionOf(country, subdivision)).toBe(region);
  });

  it('splits the US and Canada by subdivision, and puts an unknown one in the east', () => {
    expect(regionOf('US', 'CA')).toBe('WNAM');
    expect(regionOf('US', 'TX')).toBe('WNAM');
    expect(regionOf('US', 'NY')).toBe('ENAM');
    expect(regionOf('US', undefined)).toBe('ENAM');
    expect(regionOf('CA', 'BC')).toBe('WNAM');
    expect(regionOf('CA', 'ON')).toBe('ENAM');
    expect(regionOf('CA', '')).toBe('ENAM');
  });

  it('ignores subdivisions of other countries', () => {
    expect(regionOf('BR', 'CA')).toBe('SSAM');
  });

  it.each(['', 'XX', 'T1', 'de', 'constructor'])('does not know the country %j', (country) => {
    expect(regionOf(country, 'constructor')).toBe('');
  });

  it('knows every country that the runtime can name, and assigns only the thirteen codes', () => {
    const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
    // Named by Unicode, but no countries: groupings, reserved codes and what ISO 3166-1 has withdrawn.
    const others =
      'AC AN BU CP CQ CS CT DD DG DY EA EU EZ FQ FX HV IC JT MI NH NQ NT PC PU PZ QO RH SU TA TP UK UN VD WK XA XB YD YU ZR ZZ XX';
    const ignored = new Set(others.split(' '));
    const countries = LETTERS.flatMap((a) => LETTERS.map((b) => a + b)).filter((code) => {
      return !ignored.has(code) && names.of(code) !== undefined;
    });
    expect(countries.length).toBeGreaterThan(245);
    expect(countries.filter((code) => regionOf(code, undefined) === '')).toEqual([]);
    expect(new Set(countries.map((code) => regionOf(code, undefined)))).toEqual(new Set(CODES));
  });
});
