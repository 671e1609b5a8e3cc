import * as v from 'valibot';
import { bool, percent, policyOf } from './fields.ts';
import { about } from './notes.ts';
import { StrategyOptionsSchema } from './strategy_options.ts';

// Policies on trial, among pools and among origins.

/**
 * A share of decisions that another policy makes.
 * @param level `Origin-level`, as it stands in the documentation
 * @param owner whose options it has when it has none
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
      options: about(`What the policy is told. Default: ${owner}.`, v.optional(StrategyOptionsSchema)),
    },
    'an object with a "policy" and a "percent"',
  );
}

/** A policy that is asked as well and decides nothing. Parameters as of {@link canaryOf}. */
export function shadowOf<const T extends readonly string[]>(policies: T, level: string, owner: string) {
  return v.strictObject(
    {
      policy: about(`${level} policy that is asked.`, policyOf(policies)),
      options: about(`What the policy is told. Default: ${owner}.`, v.optional(StrategyOptionsSchema)),
    },
    'an object with a "policy"',
  );
}
