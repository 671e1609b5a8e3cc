import * as v from 'valibot';
import { SCRIPT_NAME, SCRIPT_PREFIX, type ScriptPolicy } from '../contracts/scripts.ts';

// The small values that configuration objects are made of. A message says what is allowed; issues.ts puts path and value before
// it, and tools/project/load_config.ts file and line.

export const bool = v.boolean('true or false');
export const text = v.string('a string');

/** Ids of pools, monitors and proxies. No slash: ids are parts of keys, binding names and `pool/origin`. */
export const id = v.pipe(text, v.regex(/^[A-Za-z0-9_-]{1,64}$/, '1 to 64 letters, digits, "-" or "_"'));

/** An origin's name. */
export const originName = v.pipe(
  v.string('a string'),
  v.regex(/^[A-Za-z0-9_.:-]{1,64}$/, '1 to 64 letters, digits, ".", ":", "-" or "_"'),
);

/** Number in [min, max]. */
export function number(min: number, max: number, what = 'a number') {
  const allowed = `${what} from ${min} to ${max}`;
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

const POSITIVE = 'a number above 0 up to 3600';
/** Above 0, up to 3600: an hour, in seconds. */
export const positive = v.pipe(v.number(POSITIVE), v.gtValue(0, POSITIVE), v.maxValue(3_600, POSITIVE));

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

export const texts = v.array(text, 'a list of strings');

/** Degrees from `-max` to `max`. */
export const degrees = (max: number) => number(-max, max, 'degrees');
