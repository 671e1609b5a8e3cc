import type { Type } from './fields.ts';

/** What a function is given and gives at run time. */
export type Scalar = string | number | boolean;
export type Data = Scalar | readonly Scalar[];

/** One function: what it takes and gives, and what it does. */
export interface FunctionSpec {
  takes: readonly Parameter[];
  /** How many of `takes`, from the end, may be missing. */
  optional?: number;
  /** The last of `takes` may be given again and again. */
  rest?: boolean;
  /** `first`: what its first argument is. */
  gives: Type | 'first';
  /** Arguments that are missing are left out instead of making the result missing. */
  skips_missing?: boolean;
  run(...args: Data[]): Data;
}

export interface Parameter {
  types: readonly Type[];
  /** Whether a literal must or must not stand there. */
  literal?: 'must' | 'must not';
}

const TEXT: Parameter = { types: ['String'] };
const SOURCE: Parameter = { types: ['String'], literal: 'must not' };
const OPTION: Parameter = { types: ['String'], literal: 'must' };
const INTEGER: Parameter = { types: ['Integer'] };
const TESTS: Parameter = { types: ['Array<Boolean>'] };

/**
 * The functions of Cloudflare's Rules language that it does not keep for other products than load balancing, and
 * `to_string`. Strings are bytes there and text here: they differ where a substring would cut a character.
 * https://developers.cloudflare.com/ruleset-engine/rules-language/functions/
 */
export const FUNCTIONS: Readonly<Record<string, FunctionSpec>> = {
  all: { takes: [TESTS], gives: 'Boolean', run: (tests) => (tests as boolean[]).every(Boolean) },
  any: { takes: [TESTS], gives: 'Boolean', run: (tests) => (tests as boolean[]).some(Boolean) },
  concat: {
    takes: [{ types: ['String', 'Array<String>'] }, { types: ['String', 'Array<String>'] }],
    rest: true,
    gives: 'first',
    skips_missing: true,
    run: (...parts) => (typeof parts[0] === 'string' ? parts.join('') : parts.flat()),
  },
  ends_with: {
    takes: [SOURCE, TEXT],
    gives: 'Boolean',
    run: (text, end) => (text as string).endsWith(end as string),
  },
  len: {
    takes: [{ types: ['String', 'Array<String>', 'Array<Integer>'], literal: 'must not' }],
    gives: 'Integer',
    run: (data) =>
      typeof data === 'string' ? new TextEncoder().encode(data).length : (data as Data[]).length,
  },
  lower: { takes: [TEXT], gives: 'String', run: (text) => lower(text as string) },
  remove_bytes: {
    takes: [SOURCE, TEXT],
    gives: 'String',
    run: (text, removed) =>
      Array.from(text as string)
        .filter((each) => !(removed as string).includes(each))
        .join(''),
  },
  starts_with: {
    takes: [SOURCE, TEXT],
    gives: 'Boolean',
    run: (text, start) => (text as string).startsWith(start as string),
  },
  substring: {
    takes: [SOURCE, INTEGER, INTEGER],
    optional: 1,
    gives: 'String',
    run: (text, start, end) => (text as string).slice(start as number, end as number | undefined),
  },
  to_string: { takes: [{ types: ['Integer', 'Boolean', 'IP address'] }], gives: 'String', run: String },
  upper: {
    takes: [TEXT],
    gives: 'String',
    run: (text) => (text as string).replace(/[a-z]+/g, (letters) => letters.toUpperCase()),
  },
  url_decode: {
    takes: [SOURCE, OPTION],
    optional: 1,
    gives: 'String',
    run: (text, options = '') => urlDecode(text as string, options as string),
  },
};

/** Functions of the Rules language that load balancing rules do not have. */
export const OTHER_FUNCTIONS: readonly string[] = [
  'bit_slice',
  'cidr',
  'cidr6',
  'decode_base64',
  'encode_base64',
  'is_timed_hmac_valid_v0',
  'join',
  'lookup_json_integer',
  'lookup_json_string',
  'regex_replace',
  'remove_query_args',
  'sha256',
  'split',
  'uuidv4',
  'wildcard_replace',
];

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
