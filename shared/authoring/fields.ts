import * as v from 'valibot';
import { SCRIPT_NAME, SCRIPT_PREFIX, type ScriptPolicy } from '../contracts/scripts.ts';

// The small values that configuration objects are made of. A message says what is allowed; issues.ts puts path and value before
// it, and tools/project/load_config.ts file and line.

export const bool = v.boolean('true or false');
export const text = v.string('a string');

/** Ids of pools, monitors and proxies. No slash: ids are parts of keys, binding names and `pool/origin`. */
export const id = v.pipe(
  v.string('a string'),
  v.regex(/^[A-Za-z0-9_-]{1,64}$/, '1 to 64 letters, digits, "-" or "_"'),
);

/** An origin's name. */
export const originName = v.pipe(
  v.string('a string'),
  v.regex(/^[A-Za-z0-9_.:-]{1,64}$/, '1 to 64 letters, digits, ".", ":", "-" or "_"'),
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

/** One of our policies, or a strategy script. The cast gives a script the type that the regular expression checks. */
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

/** Ids of at least one pool. */
export const somePools = v.pipe(pools, v.minLength(1, 'at least one pool id'));

/** Weights by pool id. */
export const poolWeights = v.record(id, weight, 'an object of pool id to weight');

/** Ids of pools in failover order, by region, country or data centre. */
export const regionPools = v.record(oneOf(REGIONS), pools, 'an object of region code to list of pool ids');
export const countryPools = v.record(country, pools, 'an object of country code to list of pool ids');
export const popPools = v.record(pop, pools, 'an object of data centre code to list of pool ids');

export const texts = v.array(text, 'a list of strings');

/** Degrees from `-max` to `max`. */
export function degrees(max: number) {
  const allowed = `degrees from -${max} to ${max}`;
  return v.pipe(v.number(allowed), v.minValue(-max, allowed), v.maxValue(max, allowed));
}

type AnySchema = v.BaseSchema<unknown, unknown, v.BaseIssue<unknown>>;

/** What the schema says about a field beside its type. Validation and the documentation print it. */
export interface FieldNotes {
  unit?: string;
  /** Why a field of Cloudflare's configurations has no effect here. It is accepted. */
  no_effect?: string;
  /** Values that need no warning, because they ask for what happens anyway. An object may hold any part of one of them. */
  neutral?: readonly unknown[];
  /** Set by Cloudflare's API; not read here. */
  read_only?: boolean;
  /** 0 means 'not set': no value of the field can be 0. */
  zero_is_unset?: boolean;
  /** Words may be written in any case; they become lower case. */
  any_case?: boolean;
  /** Other words for its values, with the value that each stands for. */
  aliases?: Readonly<Record<string, string>>;
  /** Values of Cloudflare's that cannot work here, with what to do instead. */
  instead?: Readonly<Record<string, string>>;
}

/**
 * A field with its meaning.
 * @param more its unit, or all its notes
 */
export function about<const T extends AnySchema>(meaning: string, schema: T, more: string | FieldNotes = {}) {
  const notes: FieldNotes = typeof more === 'string' ? { unit: more } : more;
  return v.pipe(schema, v.description(meaning), v.metadata({ ...notes }));
}

/** A value with notes, such as an item of a list. */
export function noted<const T extends AnySchema>(schema: T, notes: FieldNotes) {
  return v.pipe(schema, v.metadata({ ...notes }));
}

/**
 * A field that is accepted and has no effect here. Setting it is a warning.
 * @param neutral values without a warning: those that are in effect anyway, such as the API's defaults
 */
export function ignored<const T extends AnySchema>(
  reason: string,
  schema: T,
  neutral: readonly unknown[] = ['', 'none', false],
) {
  return about(`No effect here: ${reason}.`, schema, { no_effect: reason, neutral });
}

/** DNS fields of a load balancer and of its rules, with the defaults of Cloudflare's API. */
export const DNS_ONLY = {
  location_strategy: ignored(
    "it is for DNS; here a request's own location counts",
    v.optional(v.looseObject({}, 'an object')),
    [{ mode: 'pop', prefer_ecs: 'proximity' }],
  ),
  // 30 seconds is what the API gives every proxied load balancer.
  ttl: ignored('it is for DNS', v.optional(whole(0, 86_400)), [0, 30]),
};

/** Which of Cloudflare's networks serves. */
export const networks = ignored('a Worker is reached wherever Cloudflare is', v.optional(texts), [
  ['cloudflare'],
]);

/** A field that Cloudflare's API sets. It may stay in a file that was fetched from there. */
export function readOnly<const T extends AnySchema>(schema: T) {
  return about("Set by Cloudflare's API; not read here.", schema, { read_only: true });
}

/** What Cloudflare's API adds to every object. */
export const SET_BY_API = {
  created_on: readOnly(v.optional(text)),
  modified_on: readOnly(v.optional(text)),
  account_id: readOnly(v.optional(text)),
};

/** What it adds to pools and origins. */
export const HEALTH_BY_API = {
  disabled_at: readOnly(v.optional(text)),
  healthy: readOnly(v.optional(bool)),
  failure_reason: readOnly(v.optional(text)),
};
