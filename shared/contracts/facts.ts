/**
 * What a strategy may know about a request. Plain facts are cheap and sent with every question. A fact with a prefix
 * (`header:x-tenant`) is sent after an answer has named it in `vary`.
 */
export type PlainFact = (typeof PLAIN_FACTS)[number];
export type FactName = PlainFact | `header:${string}` | `cookie:${string}` | `query:${string}`;

export const PLAIN_FACTS = [
  /** The client's IP address as the platform gives it (`CF-Connecting-IP`). */
  'client_address',
  /** ISO 3166-1 alpha-2, upper case: `DE`. */
  'country',
  /** Cloudflare's load balancing region code: `WEU`. */
  'region',
  /** The data centre that received the request: `FRA`. */
  'colo',
  /** Latitude and longitude, rounded to degrees so that kept answers can vary on them: `50,9`. */
  'position',
  'host',
  'path',
  'method',
] as const;

/** Facts by name. Absent: the gateway did not send this fact. The empty string: it has no value. */
export type Facts<F extends FactName = FactName> = Readonly<Partial<Record<F, string>>>;
