import * as v from 'valibot';
import type { Lists } from '../../../../shared/authoring/references/graph.ts';
import { OBJECT_LISTS } from '../../../../shared/authoring/source/lists.ts';
import type { ApiObject } from '../../../../shared/contracts/history.ts';
import type { Route } from '../route.ts';
import { requireOwn } from './own_ids.ts';
import { pageFields, pageOf } from './pages.ts';
import { ReferencesSchema } from './references.ts';
import { RESOURCE_TYPES, resourceOf, resourceReferences } from './resources.ts';

/** Cloudflare's. */
const PER_PAGE = 25;
const MAX_PER_PAGE = 1_000;

const DIRECTIONS = ['', '*', 'referral', 'referrer'] as const;

/** Objects whose id, name, description or origins contain a text, in any case. Every object contains the empty text. */
export function found(everything: Lists<ApiObject>, query: string) {
  const text = query.trim().toLowerCase();
  return OBJECT_LISTS.flatMap((list) =>
    everything[list]
      .filter((object) => wordsOf(object).some((word) => word.toLowerCase().includes(text)))
      .map((object) => ({ list, object })),
  );
}

function wordsOf({ id, key, value }: ApiObject): string[] {
  const origins: unknown[] = Array.isArray(value['origins']) ? value['origins'] : [];
  const fields = [value, ...origins].flatMap((each) => {
    const { name, description, address } = (each ?? {}) as Record<string, unknown>;
    return [name, description, address];
  });
  return [id, key, ...fields].filter((word) => typeof word === 'string');
}

export const SEARCH_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/client/v4/accounts/:account_id/load_balancers/search',
    scope: 'read',
    summary: 'Searches load balancers, pools, monitors and monitor groups.',
    tag: 'search',
    query: {
      query: {
        schema: v.optional(v.pipe(v.string(), v.maxLength(1_000, 'at most 1000 characters'))),
        summary: 'Part of an id, a name, a description, or an address of an origin. Default: everything.',
      },
      references: {
        schema: v.optional(v.picklist(DIRECTIONS, 'one of "", "*", "referral", "referrer"')),
        summary: 'Which references to add. `*`: all. Default: none.',
      },
      ...pageFields(MAX_PER_PAGE, PER_PAGE),
    },
    result: v.object({
      resources: v.array(
        v.object({
          references: ReferencesSchema,
          resource_id: v.string(),
          resource_name: v.string(),
          resource_type: v.picklist(Object.values(RESOURCE_TYPES)),
        }),
      ),
    }),
    async handle({ env, history, params, query, request }) {
      requireOwn(env, params, request);
      const everything = await history.everything();
      const { items, result_info } = pageOf(found(everything, query['query'] ?? ''), query, PER_PAGE);
      const wanted = query['references'] ?? '';
      const resources = items.map(({ list, object }) => ({
        ...resourceOf(list, object),
        references:
          wanted === ''
            ? []
            : resourceReferences(everything, list, object).filter(
                ({ reference_type }) => wanted === '*' || wanted === reference_type,
              ),
      }));
      return { result: { resources }, result_info };
    },
  },
];
