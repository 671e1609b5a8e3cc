import * as v from 'valibot';
import { about, bool, text, whole } from './fields.ts';

/** What a balancer answers to everybody while it is switched on. */
export const MaintenanceSchema = v.strictObject(
  {
    enabled: about('Whether it is on. `lb maintenance --balancer ID` switches it.', v.optional(bool, false)),
    // Long enough that clients which obey do not come back for nothing, short enough for the end to be noticed.
    retry_after_s: about('`Retry-After` of the 503.', v.optional(whole(0, 86_400), 120), 'seconds'),
    message_body: about('Its body.', v.optional(text, 'Down for maintenance\n')),
    content_type: about(
      "Its body's type.",
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
