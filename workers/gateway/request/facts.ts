import { type FactName, type Facts, PLAIN_FACTS } from '../../../shared/contracts/facts.ts';
import { regionOf } from '../../../shared/geo/regions.ts';
import { cookieValue, withoutOurCookies } from '../../../shared/session/cookies.ts';
import type { Client } from './client.ts';
import type { RequestUrl } from './request_url.ts';

/** A request as it arrived. */
export interface Incoming {
  readonly request: Request;
  readonly url: RequestUrl;
  readonly client: Client;
  /** When it arrived, in milliseconds since the epoch. */
  readonly started_at: number;
}

/** The parts of a request that facts are read from. */
export type FactSource = Pick<Incoming, 'request' | 'url' | 'client'>;

/** Reads a fact. Geography comes from `request.cf`, which no header can forge. @returns the empty string if it is not known */
export function factOf(name: FactName, { request, url, client }: FactSource): string {
  const cf = cfOf(request);
  switch (name) {
    case 'client_address':
      return client.address;
    case 'country':
      return cf?.country ?? '';
    case 'region':
      return cf?.country ? regionOf(cf.country, cf.regionCode) : '';
    case 'colo':
      return cf?.colo ?? '';
    case 'position':
      return position(cf?.latitude, cf?.longitude);
    case 'host':
      return client.hostname;
    case 'path':
      return url.path;
    case 'method':
      return request.method;
    default:
      return named(name, request, url);
  }
}

/** Reads the facts that every question to the selector carries. @param extra facts that an earlier answer asked for */
export function factsOf(extra: readonly FactName[], source: FactSource): Facts {
  const facts: Partial<Record<FactName, string>> = {};
  for (const name of PLAIN_FACTS) facts[name] = factOf(name, source);
  for (const name of extra) facts[name] ??= factOf(name, source);
  return facts;
}

/** What the platform knows about a request's geography and connection; undefined outside of Cloudflare. */
export function cfOf(request: Request): Partial<IncomingRequestCfProperties> | undefined {
  return request.cf as Partial<IncomingRequestCfProperties> | undefined;
}

/** Removes `CF-IPCountry` if the client forged it. */
export function dropForged(headers: Headers, request: Request): void {
  const country = headers.get('cf-ipcountry');
  if (country !== null && country !== cfOf(request)?.country) headers.delete('cf-ipcountry');
}

function position(latitude: string | undefined, longitude: string | undefined): string {
  if (!latitude || !longitude) return '';
  const [lat, long] = [Math.round(Number(latitude)), Math.round(Number(longitude))];
  return Number.isFinite(lat) && Number.isFinite(long) ? `${lat},${long}` : '';
}

function named(name: FactName, request: Request, url: RequestUrl): string {
  const colon = name.indexOf(':');
  const key = name.slice(colon + 1);
  const { headers } = request;
  const cookies = () => headers.get('cookie') ?? '';
  switch (name.slice(0, colon)) {
    case 'header':
      // Leave out our own cookies: a session that begins or moves must not change a client's key.
      return key.toLowerCase() === 'cookie' ? withoutOurCookies(cookies()) : (headers.get(key) ?? '');
    case 'cookie':
      return cookieValue(cookies(), key) ?? '';
    case 'query':
      return new URLSearchParams(url.path_and_query.slice(url.path.length)).get(key) ?? '';
    default:
      return '';
  }
}
