/** What a function is given and gives. */
export type Scalar = string | number | boolean;
export type Data = Scalar | readonly Scalar[];

/** What a call does with arguments of the types that check.ts has found them to be. */
export type Run = (...args: Data[]) => Data;

/**
 * The functions of Cloudflare's Rules language that it does not keep for other products than load balancing, and
 * `to_string`; what they take is in signatures.ts. Strings are bytes there and text here: they differ where a
 * substring would cut a character.
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

/** ASCII letters alone, as Cloudflare does. */
export function lower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Cloudflare's engine decodes up to eleven times with `r`, so that nothing goes on for ever. */
const MAX_ROUNDS = 11;

/** @param options `r`: again while it changes something; `u`: also `%u2601` */
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
      // What is no UTF-8 becomes U+FFFD, which nobody compares with.
      return new TextDecoder('utf-8', { fatal: false, ignoreBOM: true }).decode(new Uint8Array(bytes));
    },
  );
}
