import * as v from 'valibot';
import { SCRIPT_NAME, SCRIPT_PREFIX, type ScriptPolicy } from '../contracts/scripts.ts';
import { parseRange } from '../ip/range.ts';

// The small values that configuration objects are made of. Messages say what is allowed: they are completed
// with path and value (issues.ts) and with file and line (tools/project/load_config.ts).

export const bool = v.boolean('true or false');
export const text = v.string('a string');

/** Pool, monitor and proxy ids: they stand in keys, binding names and `pool/origin`, hence no slash. */
export const id = v.pipe(
  v.string('a string'),
  v.regex(/^[A-Za-z0-9_-]{1,64}$/, '1 to 64 letters, digits, "-" or "_"'),
);

/** An origin's name. */
export const originName = v.pipe(
  v.string('a string'),
  v.regex(/^[A-Za-z0-9_.:-]{1,64}$/, '1 to 64 letters, digits, ".", ":", "-" or "_"'),
);

// A label may have letters beyond ASCII: they become Punycode.
const LABEL = String.raw`[A-Za-z0-9_\u0080-\uffff]([A-Za-z0-9_\u0080-\uffff-]*[A-Za-z0-9_\u0080-\uffff])?`;
const NAME = String.raw`${LABEL}(\.${LABEL})*\.?`;

/** `app.example.com`, `*.example.com`, or `*` for every host. No port. host.ts says what of it requests carry. */
export const hostPattern = hostLike(
  String.raw`^(\*|(\*\.)?${NAME})$`,
  'a hostname ("app.example.com"), a wildcard ("*.example.com") or "*"',
);

/** An origin's hostname or IP address; IPv6 with or without brackets. */
export const originAddress = hostLike(
  String.raw`^(?=.{1,253}$)(${NAME}|\[[0-9A-Fa-f:.]+\]|[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)$`,
  'a hostname without scheme, port or path',
);

function hostLike(pattern: string, allowed: string) {
  return v.pipe(v.string(allowed), v.regex(new RegExp(pattern), allowed));
}

/** An IP address, or a range of them in CIDR notation. */
export const ipRange = v.pipe(
  v.string('an address or a range'),
  v.check((range) => parseRange(range) !== undefined, 'an IP address or a range like "192.0.2.0/24"'),
);

/** A request method (RFC 9110 §9.1, a token). Upper and lower case differ. */
export const method = v.pipe(
  v.string('a method'),
  v.regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/, 'a method like "POST"'),
);

/** A path that begins with a slash. */
export const path = v.pipe(
  v.string('a path'),
  v.regex(/^\/[^?#\s]*$/, 'a path that begins with "/", without "?" or "#"'),
);

/** Number in [min, max]. */
export function number(min: number, max: number) {
  const allowed = `a number from ${min} to ${max}`;
  return v.pipe(v.number(allowed), v.minValue(min, allowed), v.maxValue(max, allowed));
}

/** A share: 0 to 1, as Cloudflare's weights. */
export const weight = number(0, 1);

/** A share in percent. */
export const percent = number(0, 100);

/** Whole number in [min, max]. */
export function whole(min: number, max: number) {
  const allowed = `a whole number from ${min} to ${max}`;
  return v.pipe(v.number(allowed), v.integer(allowed), v.minValue(min, allowed), v.maxValue(max, allowed));
}

/** Above 0, up to 3600: an hour, in seconds. */
export const positive = v.pipe(
  v.number('a number above 0 up to 3600'),
  v.gtValue(0, 'a number above 0 up to 3600'),
  v.maxValue(3_600, 'a number above 0 up to 3600'),
);

/** A string that is not empty. */
export const someText = v.pipe(text, v.minLength(1, 'a string that is not empty'));

/** One of a fixed list of words. */
export function oneOf<const T extends readonly string[]>(words: T) {
  return v.picklist(words, `one of ${words.map((word) => `"${word}"`).join(', ')}`);
}

/** One of our policies, or a strategy script. The type says of the latter what the regular expression checks. */
export function policyOf<const T extends readonly string[]>(words: T) {
  const allowed = `one of ${[...words, `${SCRIPT_PREFIX}NAME`].map((word) => `"${word}"`).join(', ')}`;
  const name = new RegExp(`^${SCRIPT_PREFIX}${SCRIPT_NAME.source.slice(1)}`);
  const script = v.pipe(v.string(allowed), v.regex(name, allowed));
  return v.union([v.picklist(words), script as unknown as v.GenericSchema<ScriptPolicy>], allowed);
}

/** Cloudflare's thirteen load balancing regions. */
export const REGIONS = [
  'WNAM',
  'ENAM',
  'WEU',
  'EEU',
  'NSAM',
  'SSAM',
  'OC',
  'ME',
  'NAF',
  'SAF',
  'SAS',
  'SEAS',
  'NEAS',
] as const;

/** ISO 3166-1 alpha-2, and Cloudflare's `T1` (Tor) and `XX` (unknown). */
export const country = v.pipe(text, v.regex(/^[A-Z][A-Z0-9]$/, 'a country in two capital letters ("DE")'));
export const pop = v.pipe(text, v.regex(/^[A-Z]{3}$/, 'a data centre in three capital letters ("FRA")'));
const pools = v.array(id, 'a list of pool ids');

/** Ids of pools, one at least. */
export const somePools = v.pipe(pools, v.minLength(1, 'at least one pool id'));

/** Weight by id of a pool. */
export const poolWeights = v.record(id, weight, 'an object of pool id to weight');

/** Ordered ids of pools, by region, country or data centre. */
export const regionPools = v.record(oneOf(REGIONS), pools, 'an object of region code to list of pool ids');
export const countryPools = v.record(country, pools, 'an object of country code to list of pool ids');
export const popPools = v.record(pop, pools, 'an object of data centre code to list of pool ids');

/** Request headers: name to list of values, as Cloudflare writes them. */
export const headerMap = v.record(
  v.pipe(text, v.regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'a header name')),
  v.array(
    v.pipe(text, v.regex(/^[\t\x20-\x7e\x80-\uffff]*$/, 'a header value without line breaks')),
    'a list of strings',
  ),
  'an object of header name to list of values',
);

export const texts = v.array(text, 'a list of strings');
const anyObject = v.looseObject({}, 'an object');

/** Degrees from `-max` to `max`. */
export function degrees(max: number) {
  const allowed = `degrees from -${max} to ${max}`;
  return v.pipe(v.number(allowed), v.minValue(-max, allowed), v.maxValue(max, allowed));
}

type AnySchema = v.BaseSchema<unknown, unknown, v.BaseIssue<unknown>>;

/** What the schema says of a field beside its type; printed by validation and in the documentation. */
export interface FieldNotes {
  unit?: string;
  /** Accepted from Cloudflare's configurations, without effect here; the reason. */
  no_effect?: string;
  /** Values that ask for nothing, so they deserve no warning. An object may hold any part of one of them. */
  neutral?: readonly unknown[];
  /** Set by Cloudflare's API; not read here. */
  read_only?: boolean;
  /** Whether 0, which no value of it can be, means that it is not set. */
  zero_is_unset?: boolean;
  /** Whether its words may be written in any case; they become lower case. */
  any_case?: boolean;
  /** Other words for its values, and the value that each means. */
  aliases?: Readonly<Record<string, string>>;
  /** Words of Cloudflare's that cannot work here, and what to do instead. */
  instead?: Readonly<Record<string, string>>;
}

/**
 * A field with its meaning.
 * @param more its unit if it has one, or all that is to be noted
 */
export function about<const T extends AnySchema>(meaning: string, schema: T, more: string | FieldNotes = {}) {
  const notes: FieldNotes = typeof more === 'string' ? { unit: more } : more;
  return v.pipe(schema, v.description(meaning), v.metadata({ ...notes }));
}

/** A value, such as an item of a list, of which something is to be noted. */
export function noted<const T extends AnySchema>(schema: T, notes: FieldNotes) {
  return v.pipe(schema, v.metadata({ ...notes }));
}

/**
 * A field that is accepted and has no effect here, with the reason: its use is a warning.
 * @param neutral values that deserve none: those that are in effect anyway, such as the API's defaults
 */
export function ignored<const T extends AnySchema>(
  reason: string,
  schema: T,
  neutral: readonly unknown[] = ['', 'none', false],
) {
  const notes: FieldNotes = { no_effect: reason, neutral };
  return v.pipe(schema, v.description(`No effect here: ${reason}.`), v.metadata({ ...notes }));
}

/** DNS fields of a load balancer and of its rules, with the defaults of Cloudflare's API. */
export const DNS_ONLY = {
  location_strategy: ignored('it is for DNS; here location is that of the request', v.optional(anyObject), [
    { mode: 'pop', prefer_ecs: 'proximity' },
  ]),
  // 30 seconds is what the API gives every proxied load balancer.
  ttl: ignored('it is for DNS', v.optional(whole(0, 86_400)), [0, 30]),
};

/** Which of Cloudflare's networks serves. There is one. */
export const networks = ignored('a Worker is reached wherever Cloudflare is', v.optional(texts), [
  ['cloudflare'],
]);

/** A field that Cloudflare's API sets. It may stay in a file that was fetched from there. */
export function readOnly<const T extends AnySchema>(schema: T) {
  const notes: FieldNotes = { read_only: true };
  return v.pipe(schema, v.description("Set by Cloudflare's API; not read here."), v.metadata({ ...notes }));
}
