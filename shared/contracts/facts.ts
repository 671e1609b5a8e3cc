/**
 * What a strategy may know of a request. Plain facts are cheap and sent with every question; those with a
 * prefix (`header:x-tenant`) are sent once the selector has asked for them through an answer's `vary`.
 */
export type PlainFact = (typeof PLAIN_FACTS)[number];
export type FactName = PlainFact | `header:${string}` | `cookie:${string}` | `query:${string}`;

export const PLAIN_FACTS = [
  /** The client's IP address as the platform vouches for it (`CF-Connecting-IP`). */
  'client_address',
  /** ISO 3166-1 alpha-2, upper case: `DE`. */
  'country',
  /** Cloudflare's load balancing region code: `WEU`. */
  'region',
  /** The data centre that received the request: `FRA`. */
  'colo',
  /** `latitude,longitude` in whole degrees, so that answers which vary on it can be kept: `50,9`. */
  'position',
  'host',
  'path',
  'method',
] as const;

/** Facts by name. A fact that is not known of this request is the empty string. */
export type Facts<F extends FactName = FactName> = Readonly<Partial<Record<F, string>>>;
