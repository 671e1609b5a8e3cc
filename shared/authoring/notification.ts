import * as v from 'valibot';
import { bool, id, text } from './fields.ts';
import { about } from './notes.ts';

const FilterSchema = v.strictObject(
  {
    disable: about('Whether no change is notified.', v.optional(bool, false)),
    healthy: about('`true`: only recoveries. `false`: only failures. Default: both.', v.optional(bool)),
  },
  'an object',
);

/** Which changes a pool notifies. */
export const NotificationFilterSchema = v.strictObject(
  {
    pool: about('Changes of the pool itself.', v.optional(FilterSchema)),
    origin: about('Changes of its origins.', v.optional(FilterSchema)),
  },
  'an object',
);

export const NotificationSchema = v.strictObject(
  {
    name: about('Its secret is `WEBHOOK_SECRET_NAME`, else `WEBHOOK_SECRET`.', id),
    url: about(
      'Where changes are posted. Put no secret into it: the configuration is not kept secret.',
      v.pipe(text, v.url('a URL that begins with "https://"')),
    ),
    pools: about(
      'Pools whose changes are posted, by id or name. Default: all.',
      v.optional(v.array(id, 'a list of pool ids')),
    ),
  },
  'an object with a "name" and a "url"',
);
