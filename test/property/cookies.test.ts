import fc from 'fast-check';
import { expect, it } from 'vitest';
import { clientOf } from '../../workers/gateway/request/client.ts';
import { factOf } from '../../workers/gateway/request/facts.ts';
import { parseRequestUrl } from '../../workers/gateway/request/request_url.ts';
import { runs } from './runs.ts';

const URL = 'https://app.example.com/';

function cookieFact(name: string, header: string): string {
  const request = new Request(URL, { headers: { cookie: header } });
  const url = parseRequestUrl(URL);
  return factOf(`cookie:${name}`, { request, url, client: clientOf(request.headers, url, undefined) });
}

const token = fc.stringMatching(/^[A-Za-z0-9_.-]{1,8}$/);
/** Values that RFC 6265 allows, and others that browsers send. */
const value = fc
  .string({ unit: fc.constantFrom('a', 'B', '0', '=', '"', '%', '/', ',', ' ', '+'), maxLength: 10 })
  .map((text) => text.trim())
  // A comma before a name and `=` is the runtime's seam between two lines of the header.
  .filter((text) => !/, [aB0%/+]+=/.test(text));

it('the fact of a cookie is the first cookie of that name, whatever surrounds it', () => {
  const pairs = fc.array(fc.tuple(token, value), { maxLength: 6 });
  const space = fc.constantFrom('', ' ', '  ', '\t');
  fc.assert(
    fc.property(pairs, token, space, (list, name, gap) => {
      const header = list.map(([key, text]) => `${key}=${text}`).join(`;${gap}`);
      expect(cookieFact(name, header)).toBe(list.find(([key]) => key === name)?.[1] ?? '');
    }),
    runs(),
  );
});

it('a malformed Cookie header never throws', () => {
  const bytes = fc.string({ unit: fc.constantFrom(';', '=', ' ', 'a', '"', '\t', ',', '%'), maxLength: 20 });
  fc.assert(
    fc.property(bytes, (header) => {
      expect(cookieFact('a', header)).not.toMatch(/;/);
    }),
    runs(),
  );
});
