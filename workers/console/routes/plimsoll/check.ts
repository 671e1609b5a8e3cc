import * as v from 'valibot';
import { checkedSource } from '../../history/checked_source.ts';
import { profileOf } from '../../profile.ts';
import type { Route } from '../route.ts';
import { CheckedSchema } from './schemas.ts';

const CheckBody = v.strictObject({ source: v.string() });

/** What a file would do, before somebody publishes it. */
export const CHECK_ROUTES: readonly Route[] = [
  {
    method: 'POST',
    path: '/api/config/check',
    // It compares with the file as written, secrets included.
    scope: 'admin',
    tag: 'configuration',
    summary: 'Says what is wrong in a file and what it would change, and changes nothing.',
    body: CheckBody,
    body_size: 'large',
    result: CheckedSchema,
    async handle({ body, env, history }) {
      const { source } = body as v.InferOutput<typeof CheckBody>;
      const { source: before } = await history.head();
      return { result: checkedSource(source, before, profileOf(env)) };
    },
  },
];
