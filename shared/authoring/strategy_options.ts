import * as v from 'valibot';
import type { FactName } from '../contracts/facts.ts';
import { isPrime } from '../hashing/prime.ts';
import { STRATEGY_DEFAULTS as DEFAULT } from '../model/strategy_defaults.ts';
import { about, number, oneOf, whole } from './fields.ts';

/** What a hash can be taken of: the client's address, the path, or a named part of the request. */
export type HashKey = Extract<
  FactName,
  'client_address' | 'path' | `header:${string}` | `cookie:${string}` | `query:${string}`
>;

/** Policies for requests that lack their key: none of them needs one. */
export const FALLBACK_POLICIES = ['random', 'round_robin', 'least_outstanding_requests', 'off'] as const;

const KEYS = '"client_address", "path", "header:NAME", "cookie:NAME", "query:NAME", or a list of these';
const hashKey = v.pipe(
  v.string(KEYS),
  v.regex(/^(client_address|path|header:[!#$%&'*+.^_`|~0-9A-Za-z-]+|(cookie|query):[^\s;=]+)$/, KEYS),
);

/**
 * What a strategy can be told, all strategies in one: an option that the policy does not read is a warning
 * (checks/steering.ts).
 */
export const StrategyOptionsSchema = v.strictObject(
  {
    key: about(
      'For policies that hash: what is hashed. Several values are hashed together; an IPv6 address counts by its /64.',
      v.optional(v.union([hashKey, v.pipe(v.array(hashKey, KEYS), v.minLength(1, KEYS))], KEYS), [
        ...DEFAULT.key,
      ]),
    ),
    fallback: about(
      'For policies that hash: the policy for requests in which all of `key` is absent.',
      v.optional(oneOf(FALLBACK_POLICIES), DEFAULT.fallback),
    ),
    bounded_load: about(
      "For policies that hash: no origin beyond this share of the mean of one isolate's requests in flight; the next " +
        'in the order of the key takes what is above. 0: no bound.',
      v.optional(
        v.pipe(
          whole(0, 10_000),
          v.check((value) => value === 0 || value > 100, '0, or a whole number from 101 to 10000'),
        ),
        DEFAULT.bounded_load,
      ),
      'percent',
    ),
    table_size: about(
      'For `maglev`: slots of the table, a prime. At least 100 an origin keep other keys in place when one leaves.',
      v.optional(v.pipe(whole(7, 5_000_011), v.check(isPrime, 'a prime number')), DEFAULT.table_size),
    ),
    weight_scale: about(
      "For `ketama`: nginx's weight of an origin whose `weight` is 1. Each 1 of it is 160 points.",
      v.optional(number(0.01, 1_000), DEFAULT.weight_scale),
    ),
    choices: about(
      'For `power_of_two`, `peak_ewma` and, with equal weights, `weighted_least_request`: origins drawn, of which the ' +
        'least loaded serves.',
      v.optional(whole(2, 32), DEFAULT.choices),
    ),
    bias: about(
      'For `weighted_least_request`: weight / (requests in flight + 1) ^ bias. 0: weights alone.',
      v.optional(number(0, 10), DEFAULT.bias),
    ),
    decay_s: about(
      'For `peak_ewma`: after how long a slow answer counts for 1/e of what it did.',
      v.optional(number(0.1, 3_600), DEFAULT.decay_s),
      'seconds',
    ),
    default_rtt_ms: about(
      'For `peak_ewma`: first-byte time of an origin that has not answered yet.',
      v.optional(number(0.1, 100_000), DEFAULT.default_rtt_ms),
      'milliseconds',
    ),
    failure_ms: about(
      'For `peak_ewma` and `prequal`: a failed attempt counts as an answer that took at least this long.',
      v.optional(number(0, 100_000), DEFAULT.failure_ms),
      'milliseconds',
    ),
    error_penalty: about(
      'For `weighted_by_load`: how much an error counts against utilization.',
      v.optional(number(0, 100), DEFAULT.error_penalty),
    ),
    blackout_s: about(
      'For `weighted_by_load`: reports come in for so long before they count.',
      v.optional(number(0, 3_600), DEFAULT.blackout_s),
      'seconds',
    ),
    expiration_s: about(
      'For `weighted_by_load`: an origin silent for so long counts as the mean of the others.',
      v.optional(number(1, 86_400), DEFAULT.expiration_s),
      'seconds',
    ),
    rif_quantile: about(
      'For `prequal`: an origin is hot above this quantile of the requests in flight that are reported. 0: all are ' +
        'hot, the least busy serves; 1: none is, the fastest serves.',
      v.optional(number(0, 1), DEFAULT.rif_quantile),
    ),
    report_age_ms: about(
      'For `prequal`: an older report says nothing.',
      v.optional(whole(10, 600_000), DEFAULT.report_age_ms),
      'milliseconds',
    ),
    overprovisioning_percent: about(
      'For `priority`: a pool carries all of its traffic while this times the share of its healthy origins is 100 or ' +
        'more.',
      v.optional(whole(100, 100_000), DEFAULT.overprovisioning_percent),
      'percent',
    ),
    isolates: about(
      'For `cost`: selector isolates that traffic is spread over. Each sees its own requests and takes all to be so ' +
        'many times that.',
      v.optional(number(1, 1_000_000), DEFAULT.isolates),
    ),
  },
  'an object',
);

/** What a file says of a strategy, every default filled in. */
export type FilledStrategyOptions = v.InferOutput<typeof StrategyOptionsSchema>;

/** What Workers read: {@link FilledStrategyOptions} with its key as a list. */
export interface SteeringOptions extends Readonly<Omit<FilledStrategyOptions, 'key'>> {
  key: readonly HashKey[];
}
