/** Arguments and results of functions. */
export type Scalar = string | number | boolean;
export type Data = Scalar | readonly Scalar[];

/** A function. check.ts has checked the types of the arguments. */
export type Run = (...args: Data[]) => Data;

/**
 * The functions of Cloudflare's Rules language that load balancing rules have, and `to_string`. signatures.ts has their types.
 * Cloudflare's strings are bytes and these are text, so they differ if a substring would cut a character.
 */
export const FUNCTIONS = {
  all: (tests) => (tests as boolean[]).every(Boolean),
  any: (tests) => (tests as boolean[]).some(Boolean),
  concat: (...parts) => (typeof parts[0] === 'string' ? parts.join('') : parts.flat()),
  ends_with: (text, end) => (text as string).endsWith(end as string),
  len: (data) => (typeof data === 'string' ? new TextEncoder().encode(data).length : (data as Data[]).length),
  lower: (text) => lower(text as string),
  remove_bytes: (text, removed) =>
    Array.from(text as string)
      .filter((each) => !(removed as string).includes(each))
      .join(''),
  starts_with: (text, start) => (text as string).startsWith(start as string),
  substring: (text, start, end) => (text as string).slice(start as number, end as number | undefined),
  to_string: String,
  upper: (text) => (text as string).replace(/[a-z]+/g, (letters) => letters.toUpperCase()),
  url_decode: (text, options = '') => urlDecode(text as string, options as string),
} as const satisfies Readonly<Record<string, Run>>;

export type FunctionName = keyof typeof FUNCTIONS;

/** Only ASCII letters change, as at Cloudflare. */
export function lower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Rounds with `r`, as in Cloudflare's engine. */
const MAX_ROUNDS = 11;

/** @param options `r`: repeat while the text changes; `u`: also decode `%u2601` */
function urlDecode(text: string, options: string): string {
  let decoded = text;
  for (let round = 0; round < (options.includes('r') ? MAX_ROUNDS : 1); round++) {
    const before = decoded;
    decoded = decodeOnce(before, options.includes('u'));
    if (decoded === before) break;
  }
  return decoded;
}

function decodeOnce(text: string, unicode: boolean): string {
  const spaced = text.replaceAll('+', ' ');
  return spaced.replace(
    unicode ? /%u([0-9A-F]{4})|(?:%[0-9A-F]{2})+/gi : /(?:%[0-9A-F]{2})+/gi,
    (found, unit) => {
      if (unicode && typeof unit === 'string') return String.fromCharCode(Number.parseInt(unit, 16));
      const bytes = found
        .slice(1)
        .split('%')
        .map((hex) => Number.parseInt(hex, 16));
      // Invalid UTF-8 becomes U+FFFD.
      return new TextDecoder('utf-8', { fatal: false, ignoreBOM: true }).decode(new Uint8Array(bytes));
    },
  );
}
