import * as v from 'valibot';
import { about, bool, number, oneOf, positive, whole } from './fields.ts';
import { method } from './http_fields.ts';

// What a balancer does about origins that fail it: retries, deadlines, hedging; and a pool: ejection, breakers. Parts of
// schema.ts.

/** What sends a request to the next origin (`retry.on`), in Envoy's words with underscores. */
export const RETRY_CONDITIONS = [
  'connect_failure',
  'reset',
  'timeout',
  'cut_short',
  'gateway_error',
  '5xx',
] as const;

/** Defaults are Envoy's. */
export const BackoffSchema = v.strictObject(
  {
    base_ms: about(
      'Unit of the wait: up to 1, 3, 7, … times as long.',
      v.optional(whole(0, 10_000), 25),
      'milliseconds',
    ),
    max_ms: about('No wait is longer.', v.optional(whole(0, 60_000), 250), 'milliseconds'),
  },
  'an object',
);

/** Defaults are Finagle's; what they count is said in docs/retries.md. */
export const BudgetSchema = v.strictObject(
  {
    percent: about(
      'Retries that bring nothing, as a share of the requests of the last 10 s.',
      v.optional(whole(0, 100), 20),
      'percent',
    ),
    min_per_s: about(
      'Such retries that are allowed however few requests there are; those of 10 s may come at once.',
      v.optional(number(0, 1_000), 10),
      'a second',
    ),
  },
  'an object',
);

export const RetrySchema = v.strictObject(
  {
    // Once more by default, as Cloudflare and Envoy do.
    attempts: about('Tries for one request, the first included.', v.optional(whole(1, 10), 2)),
    on: about(
      'What sends a request to the next origin. `connect_failure`: refused, unreachable, no DNS, no TLS. `reset`: the ' +
        'connection was lost before an answer. `timeout`: no answer in `first_byte_ms`. `cut_short`: a short answer ' +
        "broke off. `gateway_error`: 502, 503, 504, or a status that Cloudflare gives in an origin's stead. `5xx`: " +
        'any of them. Default: all but `5xx`; without `gateway_error` where `on_status` is given.',
      v.optional(v.array(oneOf(RETRY_CONDITIONS), 'a list of conditions')),
    ),
    on_status: about(
      'Further statuses that send a request to the next origin.',
      v.optional(v.array(whole(400, 599), 'a list of statuses from 400 to 599')),
    ),
    max_body_bytes: about(
      'Request bodies up to this size are kept so that they can be sent again; larger ones are streamed, and can move to another origin while at most 64 KiB of them were passed on.',
      v.optional(whole(0, 1_048_576), 65_536),
      'bytes',
    ),
    also_methods: about(
      'Methods that may be sent again although an origin may have acted on them, such as POST. Idempotent ones always may.',
      v.optional(v.array(method, 'a list of methods'), []),
    ),
    same_origin: about(
      'Whether a request comes back to origins that have failed it when no other is left, after a wait.',
      v.optional(bool, false),
    ),
    backoff: about(
      'The wait before a second retry and before an origin is asked again, drawn anew each time. The first move to ' +
        'another origin waits for nothing.',
      v.optional(BackoffSchema, {}),
    ),
    budget: about(
      'How much of the traffic may be retries, so that they do not multiply an outage; per isolate.',
      v.optional(BudgetSchema, {}),
    ),
  },
  'an object',
);

export const TimeoutsSchema = v.strictObject(
  {
    // Half of nginx's 60 s, so that two attempts fit into the 100 s after which Cloudflare answers 524 for us.
    first_byte_ms: about(
      "Until an origin's response headers, per attempt.",
      v.optional(whole(1, 100_000), 30_000),
      'milliseconds',
    ),
    // When Cloudflare has answered 524 for us, nobody waits any more.
    total_ms: about(
      'From the start of a request until response headers, with every attempt and wait, and the reading of a body that is ' +
        'kept. No stream is cut by it; the upload of a body too long to be kept is not counted.',
      v.optional(whole(1, 100_000), 100_000),
      'milliseconds',
    ),
    // Envoy's stream idle timeout.
    idle_ms: about(
      'How long a body that is on its way may stand still, on either side, before it is cut. 0: for ever. A body that ' +
        'comes in bulk, 1 MiB within a second, is watched no longer.',
      v.optional(whole(0, 3_600_000), 300_000),
      'milliseconds',
    ),
  },
  'an object',
);

/** When a second try is sent beside the first. */
export const HedgingSchema = v.strictObject(
  {
    after_ms: about('After so long without an answer.', v.optional(whole(1, 100_000)), 'milliseconds'),
    percentile: about(
      "After as long as that share of this balancer's answers took in this isolate.",
      v.optional(number(50, 99.9)),
      'percent',
    ),
  },
  'an object with "after_ms" or "percentile"',
);

// Envoy's figures. Envoy does not enforce the share of failures, though; and its max_ejection_percent of 10 ejects
// nothing where there are fewer than ten origins.
export const OutlierDetectionSchema = v.strictObject(
  {
    enabled: about('Whether origins are ejected.', v.optional(bool, true)),
    consecutive_failures: about(
      'So many failures in a row eject an origin: no connection, no answer, 502, 503, 504 and what Cloudflare answers ' +
        'in its stead. Other statuses, clients that leave and requests that never reached it do not count.',
      v.optional(whole(1, 1_000), 5),
    ),
    failure_percent: about(
      'So large a share of failures in an interval ejects it as well.',
      v.optional(whole(1, 100), 85),
      'percent',
    ),
    minimum_requests: about(
      'Fewer requests in an interval say nothing about the share.',
      v.optional(whole(1, 100_000), 50),
    ),
    interval_s: about(
      'Over which the share is counted. An origin that serves for so long without an ejection is forgiven one.',
      v.optional(positive, 10),
      'seconds',
    ),
    base_ejection_s: about(
      'The first ejection; the second lasts twice as long.',
      v.optional(positive, 30),
      'seconds',
    ),
    max_ejection_s: about(
      'No ejection is longer, but for a tenth by chance.',
      v.optional(positive, 300),
      'seconds',
    ),
    max_ejection_percent: about(
      'How many of the enabled origins may be ejected at once, rounded down. Never the last one that can serve.',
      v.optional(whole(0, 100), 50),
      'percent',
    ),
  },
  'an object',
);

/** How many requests an origin takes at once. */
export const CircuitBreakerSchema = v.strictObject(
  {
    max_inflight: about(
      'Requests in flight at one origin, in one isolate. More go to the next origin.',
      whole(1, 1_000_000),
    ),
    max_queue: about('Requests that may wait when all origins are full.', v.optional(whole(0, 10_000), 0)),
    // A person notices 100 ms.
    queue_ms: about('How long one waits at most.', v.optional(whole(1, 60_000), 100), 'milliseconds'),
  },
  'an object with a "max_inflight"',
);
