import * as v from 'valibot';
import { bool, text, whole } from './fields.ts';
import { about } from './notes.ts';

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
