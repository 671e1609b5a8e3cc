import * as v from 'valibot';
import { bool, id, oneOf, percent, text, whole } from './fields.ts';
import { method, TCHAR } from './http_fields.ts';
import { about } from './notes.ts';
import { pool } from './pool_fields.ts';

// Schemas for shaping traffic: some of it goes elsewhere, some is refused, some is copied.

const SAMPLE = 'a share from 0.0001 to 1';

export const MetricsSchema = v.strictObject(
  {
    sample: about(
      'Share of requests that get a data point in `traffic`, as 1 divided by a whole number: 0.5, 0.1, 0.01. Requests that are ' +
        'refused, fail, end with a status from 500 on or were tried again always get one. `lb sql` weighs the others ' +
        'accordingly. Copies to a mirror have their own points: see `mirror.percent`.',
      v.optional(v.pipe(v.number(SAMPLE), v.minValue(0.0001, SAMPLE), v.maxValue(1, SAMPLE)), 1),
    ),
  },
  'an object',
);

/** Field names, values and defaults are Cloudflare's. */
export const LoadSheddingSchema = v.strictObject(
  {
    default_percent: about('Share of requests outside sessions to shed.', v.optional(percent, 0), 'percent'),
    default_policy: about(
      'How that share is chosen. `random`: drawn for every request, exact. `hash`: by client (IPv6: its /64). A client is ' +
        "always in it or never; the selector's answers then vary on the client.",
      v.optional(oneOf(['random', 'hash']), 'random'),
    ),
    session_percent: about('Share of the sessions that leave this pool.', v.optional(percent, 0), 'percent'),
    session_policy: about(
      'By client. If each request were drawn independently, every session would leave sooner or later.',
      v.optional(oneOf(['hash']), 'hash'),
    ),
  },
  'an object',
);

const RATE_LIMIT_KEYS = '"client_address", "balancer", "header:NAME" or "cookie:NAME"';
const rateLimitKey = v.pipe(
  v.string(RATE_LIMIT_KEYS),
  v.regex(
    new RegExp(String.raw`^(client_address|balancer|header:${TCHAR}+|cookie:[^\s;=]+)$`),
    RATE_LIMIT_KEYS,
  ),
);

export const RateLimitSchema = v.strictObject(
  {
    limiter: about(
      'Which of the gateway\'s limiters: `"api"` is its binding `RATE_LIMIT_API`. Default: the binding `RATE_LIMIT`. The ' +
        'limiter has the rate, in wrangler.gateway.toml.',
      v.optional(id),
    ),
    by: about(
      'Which requests are counted together: those of a client (IPv6: its /64), all of the load balancer, or those with ' +
        'the same value of a header or cookie. A request without that header or cookie counts for its client.',
      v.optional(rateLimitKey, 'client_address'),
    ),
    retry_after_s: about(
      // The shorter of the two periods that the platform's limiters have (10 and 60 s).
      '`Retry-After` of a refusal.',
      v.optional(whole(1, 3_600), 10),
      'seconds',
    ),
  },
  'an object',
);

/** Common methods that change nothing (RFC 9110 section 9.2.1). */
const MIRRORED_METHODS = ['GET', 'HEAD', 'OPTIONS'] as const;

export const MirrorSchema = v.strictObject(
  {
    pool: about('Pool that gets the copies, by id or name. It needs no other use.', pool),
    percent: about('Share of the requests that are copied.', percent, 'percent'),
    max_body_bytes: about(
      'Requests with a longer body are not copied, and neither are bodies streamed because of `retry.max_body_bytes`.',
      v.optional(whole(0, 1_048_576), 65_536),
      'bytes',
    ),
    methods: about(
      'Methods that are copied. A copied POST is a second POST if both pools share a database.',
      v.optional(v.array(method, 'a list of methods'), [...MIRRORED_METHODS]),
    ),
  },
  'an object with a "pool" and a "percent"',
);

/** The answer to every request of a balancer while it is enabled. */
export const MaintenanceSchema = v.strictObject(
  {
    enabled: about('Whether it is on. `lb maintenance --balancer ID` switches it.', v.optional(bool, false)),
    // Long enough to spare futile retries, short enough that clients notice the end.
    retry_after_s: about('`Retry-After` of the 503.', v.optional(whole(0, 86_400), 120), 'seconds'),
    message_body: about('Body of the answer.', v.optional(text, 'Down for maintenance\n')),
    content_type: about(
      '`Content-Type` of the answer.',
      v.optional(
        v.pipe(
          text,
          v.regex(/^[\w.+-]+\/[\w.+-]+(\s*;[\t\x20-\x7e]*)?$/, 'a media type ("text/html; charset=utf-8")'),
        ),
        'text/plain; charset=utf-8',
      ),
    ),
  },
  'an object',
);
