import type { FunctionName } from './functions.ts';
import type { Type } from './types.ts';

/** Types of a function. Its implementation is in functions.ts, so that the gateway carries no types. */
export interface Signature {
  takes: readonly Parameter[];
  /** Number of optional parameters at the end of `takes`. */
  optional?: number;
  /** Whether the last parameter may repeat. */
  rest?: boolean;
  /** `first`: the type of its first argument. */
  gives: Type | 'first';
}

export interface Parameter {
  types: readonly Type[];
  /** Whether the argument must or must not be a literal. */
  literal?: 'must' | 'must not';
}

const TEXT: Parameter = { types: ['String'] };
const SOURCE: Parameter = { types: ['String'], literal: 'must not' };
const OPTION: Parameter = { types: ['String'], literal: 'must' };
const INTEGER: Parameter = { types: ['Integer'] };
const TESTS: Parameter = { types: ['Array<Boolean>'] };
const JOINED: Parameter = { types: ['String', 'Array<String>'] };

/** https://developers.cloudflare.com/ruleset-engine/rules-language/functions/ */
const SIGNATURES: Readonly<Record<FunctionName, Signature>> = {
  all: { takes: [TESTS], gives: 'Boolean' },
  any: { takes: [TESTS], gives: 'Boolean' },
  concat: { takes: [JOINED, JOINED], rest: true, gives: 'first' },
  ends_with: { takes: [SOURCE, TEXT], gives: 'Boolean' },
  len: {
    takes: [{ types: ['String', 'Array<String>', 'Array<Integer>'], literal: 'must not' }],
    gives: 'Integer',
  },
  lower: { takes: [TEXT], gives: 'String' },
  remove_bytes: { takes: [SOURCE, TEXT], gives: 'String' },
  starts_with: { takes: [SOURCE, TEXT], gives: 'Boolean' },
  substring: { takes: [SOURCE, INTEGER, INTEGER], optional: 1, gives: 'String' },
  to_string: { takes: [{ types: ['Integer', 'Boolean', 'IP address'] }], gives: 'String' },
  upper: { takes: [TEXT], gives: 'String' },
  url_decode: { takes: [SOURCE, OPTION], optional: 1, gives: 'String' },
};

/** The signature of a function. @returns undefined: there is no such function */
export function signatureOf(name: string): Signature | undefined {
  return Object.hasOwn(SIGNATURES, name) ? SIGNATURES[name as FunctionName] : undefined;
}

export const FUNCTION_NAMES = Object.keys(SIGNATURES);

/** Functions of the Rules language that load balancing rules do not have. */
export const OTHER_FUNCTIONS: readonly string[] = [
  ...['bit_slice', 'cidr', 'cidr6', 'decode_base64', 'encode_base64', 'is_timed_hmac_valid_v0', 'join'],
  ...['lookup_json_integer', 'lookup_json_string', 'regex_replace', 'remove_query_args', 'sha256', 'split'],
  ...['uuidv4', 'wildcard_replace'],
];
