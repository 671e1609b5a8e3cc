import * as v from 'valibot';

// The small values that configuration objects are made of. Messages say what is allowed: they are completed
// with file, line, path and value where they are printed (tools/cli/validate.ts).

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

/** `app.example.com`, `*.example.com`, or `*` for every host. Lower case, no port. */
export const hostPattern = v.pipe(
  v.string('a hostname'),
  v.toLowerCase(),
  v.regex(
    /^(\*|(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*)$/,
    'a hostname ("app.example.com"), a wildcard ("*.example.com") or "*"',
  ),
);

/** A path that begins with a slash. */
export const path = v.pipe(
  v.string('a path'),
  v.regex(/^\/[^?#\s]*$/, 'a path that begins with "/", without "?" or "#"'),
);

/** A share: 0 to 1, as Cloudflare's weights. */
export const weight = v.pipe(
  v.number('a number from 0 to 1'),
  v.minValue(0, 'a number from 0 to 1'),
  v.maxValue(1, 'a number from 0 to 1'),
);

/** Whole number in [min, max]. */
export function whole(min: number, max: number) {
  const allowed = `a whole number from ${min} to ${max}`;
  return v.pipe(v.number(allowed), v.integer(allowed), v.minValue(min, allowed), v.maxValue(max, allowed));
}

export const bool = v.boolean('true or false');
export const text = v.string('a string');

/** One of a fixed list of words. */
export function oneOf<const T extends readonly string[]>(words: T) {
  return v.picklist(words, `one of ${words.map((word) => `"${word}"`).join(', ')}`);
}

/** Ordered ids of pools, by code (country, region, pop). */
export const poolMap = v.record(
  text,
  v.array(id, 'a list of pool ids'),
  'an object of code to list of pool ids',
);

/** Request headers: name to list of values, as Cloudflare writes them. */
export const headerMap = v.record(
  text,
  v.array(text, 'a list of strings'),
  'an object of header name to list of values',
);
