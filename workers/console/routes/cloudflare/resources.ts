import { type Lists, referralsOf, referrersOf } from '../../../../shared/authoring/references/graph.ts';
import type { ObjectList } from '../../../../shared/authoring/source/lists.ts';
import type { ApiObject } from '../../../../shared/contracts/history.ts';

/** What Cloudflare's API calls the kinds of objects. */
export const RESOURCE_TYPES = {
  load_balancers: 'load_balancer',
  pools: 'pool',
  monitors: 'monitor',
  monitor_groups: 'monitor_group',
} as const satisfies Record<ObjectList, string>;

/** An object by its id, with a name for people. */
export interface Resource {
  resource_id: string;
  /** A monitor has no name: its description, else its key. */
  resource_name: string;
  resource_type: (typeof RESOURCE_TYPES)[ObjectList];
}

/** An object as another object's reference. `referrer`: it refers to the other. `referral`: the other refers to it. */
export interface ResourceReference extends Resource {
  reference_type: 'referrer' | 'referral';
}

export function resourceOf(list: ObjectList, { id, key, value }: ApiObject): Resource {
  const names = [value['name'], list === 'pools' || list === 'load_balancers' ? key : value['description']];
  const name = names.find((each) => typeof each === 'string' && each !== '');
  return { resource_id: id, resource_name: String(name ?? key), resource_type: RESOURCE_TYPES[list] };
}

/** The references of an object: first what refers to it, then what it refers to. */
export function resourceReferences(
  everything: Lists<ApiObject>,
  list: ObjectList,
  object: ApiObject,
): ResourceReference[] {
  const referrers = referrersOf(everything, list, object).flatMap((each) =>
    each.list === 'notifications'
      ? []
      : [{ reference_type: 'referrer' as const, ...resourceOf(each.list, each.object) }],
  );
  const referrals = referralsOf(everything, list, object).map((each) => ({
    reference_type: 'referral' as const,
    ...resourceOf(each.list, each.object),
  }));
  return [...referrers, ...referrals];
}
