import * as v from 'valibot';
import type { HashKey, OptionValue, SteeringOptions } from '../model/strategy_options.ts';
import type { NumberOption, Option } from '../strategies/option.ts';
import { OPTIONS, readersOf } from '../strategies/strategies.ts';
import { bool, number, oneOf, percent, policyOf, whole } from './fields.ts';
import { about } from './notes.ts';

const KEYS = '"client_address", "path", "header:NAME", "cookie:NAME", "query:NAME", or a list of these';
const hashKey = v.pipe(
  v.string(KEYS),
  v.regex(/^(client_address|path|header:[!#$%&'*+.^_`|~0-9A-Za-z-]+|(cookie|query):[^\s;=]+)$/, KEYS),
);
/** `a`, `b` and `c` */
const LIST = new Intl.ListFormat('en-GB');
const hashKeys = v.union([hashKey, v.pipe(v.array(hashKey, KEYS), v.minLength(1, KEYS))], KEYS);

/**
 * The options of all policies in one object, from what the policies declare. An option that the policy does not read is a
 * warning (checks/strategy_options.ts).
 */
export const StrategyOptionsSchema = v.strictObject(
  Object.fromEntries(
    Object.entries(OPTIONS).map(([name, option]) => {
      const { about: does, unit, default: standard } = option;
      const field = v.optional(schemaOf(option), standard as OptionValue);
      const readers = LIST.format(readersOf(name).map((reader) => `\`${reader}\``));
      return [name, about(`For ${readers}: ${does}`, field, unit)];
    }),
  ),
  'an object',
);

function schemaOf(option: Option): v.GenericSchema<OptionValue> {
  if ('words' in option) return oneOf(option.words);
  if ('range' in option) return numberOf(option);
  return hashKeys as v.GenericSchema<string | string[]>;
}

function numberOf({ range: [min, max], whole: is_whole, only }: NumberOption): v.GenericSchema<number> {
  const schema = is_whole ? whole(min, max) : number(min, max);
  return only === undefined ? schema : v.pipe(schema, v.check(only.holds, only.allowed));
}

/** The options of a strategy in a file, with every default filled in. */
export type FilledStrategyOptions = v.InferOutput<typeof StrategyOptionsSchema>;

/** What Workers read: the key is a list, and names of headers are in lower case, as facts have them. */
export function normaliseOptions({ key, ...options }: FilledStrategyOptions): SteeringOptions {
  const keys = [key].flat() as HashKey[];
  const parts = keys.map((part) => (part.startsWith('header:') ? (part.toLowerCase() as HashKey) : part));
  // The schema has checked their types and filled in every option.
  return { ...options, key: parts } as Partial<SteeringOptions> as SteeringOptions;
}

// Policies on trial, among pools and among origins.

/**
 * A share of decisions that another policy makes.
 * @param level `Origin-level`, as the documentation prints it
 * @param owner the place whose options it takes if it sets none
 */
export function canaryOf<const T extends readonly string[]>(policies: T, level: string, owner: string) {
  return v.strictObject(
    {
      policy: about(`${level} policy that makes them.`, policyOf(policies)),
      percent: about('How many of the decisions.', percent, 'percent'),
      sticky: about(
        'Whether a client (IPv6: its /64) is always in it or never. Answers of the selector then vary on the client.',
        v.optional(bool, false),
      ),
      options: about(`Options of the policy. Default: ${owner}.`, v.optional(StrategyOptionsSchema)),
    },
    'an object with a "policy" and a "percent"',
  );
}

/** A policy that is asked as well and decides nothing. Parameters as of {@link canaryOf}. */
export function shadowOf<const T extends readonly string[]>(policies: T, level: string, owner: string) {
  return v.strictObject(
    {
      policy: about(`${level} policy that is asked.`, policyOf(policies)),
      options: about(`Options of the policy. Default: ${owner}.`, v.optional(StrategyOptionsSchema)),
    },
    'an object with a "policy"',
  );
}
