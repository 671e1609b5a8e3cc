import * as v from 'valibot';
import { bool, number, oneOf, positive, whole } from './fields.ts';
import { method } from './http_fields.ts';
import { about } from './notes.ts';

// Schemas for failures: retries, deadlines and hedging of a balancer, ejection and breakers of a pool.

/** The conditions of `retry.on`, in Envoy's words with underscores. */
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
      'Drawn from 0 to 1, 3, 7, … times this.',
      v.optional(whole(0, 10_000), 25),
      'milliseconds',
    ),
    max_ms: about('The longest wait.', v.optional(whole(0, 60_000), 250), 'milliseconds'),
  },
  'an object',
);

/** Defaults are Finagle's. docs/retries.md explains what they count. */
export const BudgetSchema = v.strictObject(
  {
    percent: about(
      'Retries that may fail, as a share of the requests of the last 10 s.',
      v.optional(whole(0, 100), 20),
      'percent',
    ),
    min_per_s: about(
      'Failed retries that are allowed however few requests there are. Those of 10 s may come at once.',
      v.optional(number(0, 1_000), 10),
      'a second',
    ),
  },
  'an object',
);

export const RetrySchema = v.strictObject(
  {
    // Once more by default, as Cloudflare and Envoy do.
    attempts: about('Attempts for one request, including the first.', v.optional(whole(1, 10), 2)),
    on: about(
      'Failures that are retried at the next origin. `connect_failure`: refused, unreachable, no DNS, no TLS. `reset`: the ' +
        'connection was lost before an answer. `timeout`: no answer within `first_byte_ms`. `cut_short`: a short answer ' +
        'broke off. `gateway_error`: 502, 503, 504, or a status that Cloudflare answers in place of an origin. `5xx`: any of ' +
        'them. Default: all but `5xx`, and with `on_status` also without `gateway_error`.',
      v.optional(v.array(oneOf(RETRY_CONDITIONS), 'a list of conditions')),
    ),
    on_status: about(
      'Further statuses that are retried at the next origin.',
      v.optional(v.array(whole(400, 599), 'a list of statuses from 400 to 599')),
    ),
    max_body_bytes: about(
      'Request bodies up to this size are kept so that they can be sent again. Larger ones are streamed, and can move ' +
        'to another origin while at most 64 KiB of them were passed on.',
      v.optional(whole(0, 1_048_576), 65_536),
      'bytes',
    ),
    also_methods: about(
      'Methods such as POST that may be sent again although an origin may have acted on them. Idempotent methods always may.',
      v.optional(v.array(method, 'a list of methods'), []),
    ),
    same_origin: about(
      'Whether a request comes back, after a wait, to origins that failed it when no other is left.',
      v.optional(bool, false),
    ),
    backoff: about(
      'The random wait before a second retry or a retry at the same origin. A first move elsewhere does not wait.',
      v.optional(BackoffSchema, {}),
    ),
    budget: about(
      "Limits an isolate's failed retries, which multiply outages.",
      v.optional(BudgetSchema, {}),
    ),
  },
  'an object',
);

export const TimeoutsSchema = v.strictObject(
  {
    // Half of nginx's 60 s, so that two attempts fit into the 100 s after which Cloudflare answers 524.
    first_byte_ms: about(
      "Time until an origin's response headers, per attempt.",
      v.optional(whole(1, 100_000), 30_000),
      'milliseconds',
    ),
    // After 100 s Cloudflare has answered 524 itself.
    total_ms: about(
      'Time from the start of a request until response headers, with all attempts and waits, and the reading of a kept ' +
        'body. It cuts no stream, and excludes the upload of a body that is too long to be kept.',
      v.optional(whole(1, 100_000), 100_000),
      'milliseconds',
    ),
    // Envoy's stream idle timeout.
    idle_ms: about(
      'A request or response body that stalls for this long is cut. 0: never. A body that brings 1 MiB within a second is no ' +
        'longer watched.',
      v.optional(whole(0, 3_600_000), 300_000),
      'milliseconds',
    ),
  },
  'an object',
);

/** When a second attempt is sent while the first is under way. */
export const HedgingSchema = v.strictObject(
  {
    after_ms: about('Delay without an answer.', v.optional(whole(1, 100_000)), 'milliseconds'),
    percentile: about(
      "Delay within which this share of the balancer's answers came, in this isolate.",
      v.optional(number(50, 99.9)),
      'percent',
    ),
  },
  'an object with "after_ms" or "percentile"',
);

// Envoy's figures, with two differences. Envoy does not enforce the share of failures by default, and its max_ejection_percent
// of 10 would eject nothing from a pool of fewer than ten origins.
export const OutlierDetectionSchema = v.strictObject(
  {
    enabled: about('Whether origins are ejected.', v.optional(bool, true)),
    consecutive_failures: about(
      'Failures in a row that eject an origin: no connection, no answer, 502, 503, 504, and statuses that Cloudflare ' +
        'answers in its place. Other statuses, clients that leave and requests that never reached it do not count.',
      v.optional(whole(1, 1_000), 5),
    ),
    failure_percent: about(
      'Share of failures in an interval that ejects it as well.',
      v.optional(whole(1, 100), 85),
      'percent',
    ),
    minimum_requests: about(
      'With fewer requests in an interval, the share is ignored.',
      v.optional(whole(1, 100_000), 50),
    ),
    interval_s: about(
      'Interval for the share. An origin that serves this long without an ejection is forgiven one.',
      v.optional(positive, 10),
      'seconds',
    ),
    base_ejection_s: about(
      'Duration of the first ejection. The second lasts twice as long.',
      v.optional(positive, 30),
      'seconds',
    ),
    max_ejection_s: about(
      'The longest ejection, plus up to a tenth at random.',
      v.optional(positive, 300),
      'seconds',
    ),
    max_ejection_percent: about(
      'Share of the enabled origins that may be ejected at once, rounded down. The last one that can serve never is.',
      v.optional(whole(0, 100), 50),
      'percent',
    ),
  },
  'an object',
);

/** Limits the requests in flight at an origin. */
export const CircuitBreakerSchema = v.strictObject(
  {
    max_inflight: about(
      'Requests in flight at one origin, per isolate. Further ones go to the next origin.',
      whole(1, 1_000_000),
    ),
    max_queue: about('Requests that may wait when all origins are full.', v.optional(whole(0, 10_000), 0)),
    // A person notices 100 ms.
    queue_ms: about('The longest wait.', v.optional(whole(1, 60_000), 100), 'milliseconds'),
  },
  'an object with a "max_inflight"',
);
