import * as v from 'valibot';
import type { Route } from '../route.ts';

const MAX_ROWS = 1_000;
const DEFAULT_ROWS = 100;

const Limit = v.pipe(
  v.string(),
  v.regex(/^\d{1,4}$/, `a whole number from 1 to ${MAX_ROWS}`),
  v.check((text) => Number(text) >= 1 && Number(text) <= MAX_ROWS, `a whole number from 1 to ${MAX_ROWS}`),
);
const Before = v.pipe(v.string(), v.regex(/^\d{1,15}$/, 'the id of a row'));

/** The audit. Its rows name places and never values, so every scope may read them. */
export const routes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/audit',
    scope: 'read',
    summary: 'Changes and refusals, newest first',
    tag: 'access',
    query: {
      limit: {
        schema: v.optional(Limit),
        summary: `How many rows, at most ${MAX_ROWS}. Default ${DEFAULT_ROWS}.`,
      },
      before: {
        schema: v.optional(Before),
        summary: 'Only rows with a smaller id: the id of the last row of a page.',
      },
    },
    result: v.object({
      rows: v.array(
        v.object({
          id: v.number(),
          at: v.string(),
          author: v.string(),
          from: v.string(),
          what: v.string(),
          status: v.number(),
          before: v.nullable(v.number()),
          after: v.nullable(v.number()),
          detail: v.string(),
        }),
      ),
    }),
    handle: async ({ history, query }) => {
      const before = query['before'] === undefined ? undefined : Number(query['before']);
      const rows = await history.audit(Number(query['limit'] ?? DEFAULT_ROWS), before);
      return { result: { rows } };
    },
  },
];
