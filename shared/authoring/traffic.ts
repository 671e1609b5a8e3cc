import * as v from 'valibot';
import { about, id, oneOf, percent, whole } from './fields.ts';
import { method, TCHAR } from './http_fields.ts';

// What is done with traffic beside steering it: some of it goes elsewhere, some is refused, some is copied.

/** Field names, values and defaults are Cloudflare's. */
export const LoadSheddingSchema = v.strictObject(
  {
    default_percent: about(
      'Share of the traffic that does not get into this pool, sessions in progress left out.',
      v.optional(percent, 0),
      'percent',
    ),
    default_policy: about(
      'How that share is found. `random`: drawn for every request, exact. `hash`: by client (IPv6: its /64), who is ' +
        'always in it or never; answers of the selector then vary on the client.',
      v.optional(oneOf(['random', 'hash']), 'random'),
    ),
    session_percent: about(
      'Share of the sessions that have to leave this pool.',
      v.optional(percent, 0),
      'percent',
    ),
    session_policy: about(
      'By client: drawn anew for every request, sessions would wear away to none.',
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
      'Which of the gateway\'s limiters: `"api"` is its binding `RATE_LIMIT_API`. Default: the binding `RATE_LIMIT`. How ' +
        'many requests in which time stands there, in wrangler.gateway.toml.',
      v.optional(id),
    ),
    by: about(
      'What is counted: requests of a client (IPv6: its /64), of all together, or those with the same value of a header ' +
        'or cookie. A request without that header or cookie counts for its client.',
      v.optional(rateLimitKey, 'client_address'),
    ),
    retry_after_s: about(
      // The shorter of the two periods that the platform's limiters have (10 and 60 s).
      'What `Retry-After` tells who is refused.',
      v.optional(whole(1, 3_600), 10),
      'seconds',
    ),
  },
  'an object',
);

/** The common ones of those that change nothing (RFC 9110 §9.2.1). */
const MIRRORED_METHODS = ['GET', 'HEAD', 'OPTIONS'] as const;

export const MirrorSchema = v.strictObject(
  {
    pool: about('Pool that gets the copies, by id or name. It need serve no traffic of its own.', id),
    percent: about('Share of the requests that is copied.', percent, 'percent'),
    max_body_bytes: about(
      'Requests with a longer body are not copied, nor those that `retry.max_body_bytes` has streamed.',
      v.optional(whole(0, 1_048_576), 65_536),
      'bytes',
    ),
    methods: about(
      'Requests with these methods. A copied POST is a second POST wherever both pools share a database.',
      v.optional(v.array(method, 'a list of methods'), [...MIRRORED_METHODS]),
    ),
  },
  'an object with a "pool" and a "percent"',
);
