import * as v from 'valibot';
import type { QueryField } from './route.ts';

/** The query of every route that may leave a load balancer with nothing usable. */
export const FORCE = {
  force: {
    schema: v.optional(v.picklist(['true', 'false'], '"true" or "false"')),
    summary: 'Whether a load balancer may be left with no pool that can serve.',
  },
} satisfies Record<string, QueryField>;
