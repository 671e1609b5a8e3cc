import * as v from 'valibot';
import type { ObjectList } from '../../../../shared/authoring/source/lists.ts';
import type { Route } from '../route.ts';
import { objectWith, requireOwn } from './own_ids.ts';
import { RESOURCE_TYPES, resourceReferences } from './resources.ts';

export const ReferencesSchema = v.array(
  v.object({
    reference_type: v.picklist(['referral', 'referrer']),
    resource_id: v.string(),
    resource_name: v.string(),
    resource_type: v.picklist(Object.values(RESOURCE_TYPES)),
  }),
);

function referencesRoute(list: ObjectList, param: string, what: string): Route {
  return {
    method: 'GET',
    path: `/client/v4/accounts/:account_id/load_balancers/${list}/:${param}/references`,
    scope: 'read',
    summary: `Lists what refers to the ${what}, and what it refers to.`,
    tag: list,
    result: ReferencesSchema,
    async handle({ env, history, params, request }) {
      requireOwn(env, params, request);
      const everything = await history.everything();
      const object = objectWith(everything[list], params[param], request);
      return { result: resourceReferences(everything, list, object) };
    },
  };
}

export const REFERENCE_ROUTES: readonly Route[] = [
  referencesRoute('pools', 'pool_id', 'pool'),
  referencesRoute('monitors', 'monitor_id', 'monitor'),
  referencesRoute('monitor_groups', 'monitor_group_id', 'monitor group'),
];
