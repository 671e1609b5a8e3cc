import * as v from 'valibot';
import { bool, oneOf, text, whole } from './fields.ts';
import { TCHAR } from './http_fields.ts';
import { about } from './notes.ts';

// Cloudflare's names, ranges and defaults.
// https://developers.cloudflare.com/load-balancing/understand-basics/session-affinity/

/** Ranges and defaults of `session_affinity_ttl`, in seconds. */
export const SESSION_TTL = {
  cookie: { min: 1_800, max: 604_800, standard: 82_800 },
  ip_cookie: { min: 1_800, max: 604_800, standard: 82_800 },
  header: { min: 30, max: 3_600, standard: 1_800 },
} as const;

/** `""` is `none`, as in Cloudflare's API. */
export const SESSION_AFFINITIES = ['', 'none', 'cookie', 'ip_cookie', 'header'] as const;

const SESSION_HEADER = v.pipe(
  text,
  v.regex(
    new RegExp(`^([Cc]ookie(:${TCHAR}+(,${TCHAR}+)*)?|${TCHAR}+)$`),
    'a header name, "cookie" (all cookies) or "cookie:a,b" (these)',
  ),
);

export const SessionAffinitySchema = about(
  'Keeps a client on the origin that served it first. `cookie`: by cookie. `ip_cookie`: by cookie, and the first ' +
    'choice by address. `header`: by values of headers, without a cookie. `""` is `none`.',
  v.optional(oneOf(SESSION_AFFINITIES), 'none'),
);

export const SessionTtlSchema = about(
  'How long a session lasts from its start. `cookie` and `ip_cookie`: 1800 to 604800, default 82800. `header`: 30 to 3600, ' +
    'default 1800; it only limits how long an origin in drain keeps its clients.',
  v.optional(whole(0, SESSION_TTL.cookie.max)),
  { unit: 'seconds', zero_is_unset: true },
);

/** Without a default, for rules that do not set it. */
export const SESSION_ATTRIBUTES = v.strictObject(
  {
    samesite: about(
      "The cookie's SameSite. `Auto`: `None` if the cookie is Secure, else `Lax`.",
      v.optional(oneOf(['Auto', 'Lax', 'None', 'Strict']), 'Auto'),
    ),
    secure: about(
      "The cookie's Secure. `Auto`: if the client uses HTTPS.",
      v.optional(oneOf(['Auto', 'Always', 'Never']), 'Auto'),
    ),
    drain_duration: about(
      'How long an origin in `drain`, or a disabled one, keeps serving its sessions. Default: in drain ' +
        '`session_affinity_ttl`, which cuts no session; disabled 0.',
      v.optional(whole(0, SESSION_TTL.cookie.max)),
      'seconds',
    ),
    zero_downtime_failover: about(
      "When a session's origin fails a request: `none` tries no other origin, `temporary` tries others and keeps the " +
        'session, `sticky` moves the session to the origin that served.',
      v.optional(oneOf(['none', 'temporary', 'sticky']), 'none'),
    ),
    headers: about(
      'For `header`: names of headers. `"cookie:a,b"` means these cookies, `"cookie"` all.',
      v.optional(v.array(SESSION_HEADER, 'a list of header names'), []),
    ),
    require_all_headers: about(
      'For `header`: whether a request needs all of them to be in a session. False: one is enough.',
      v.optional(bool, false),
    ),
  },
  'an object',
);

export const SessionAttributesSchema = about('Details of affinity.', v.optional(SESSION_ATTRIBUTES, {}));
