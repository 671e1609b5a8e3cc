import type { ObjectList } from '../../../../shared/authoring/source/lists.ts';

/** A kind of objects in the paths and the documentation of Cloudflare's API. */
export interface Kind {
  list: ObjectList;
  /** Its name for many. */
  tag: string;
  /** Its name for one, with the article. */
  one: string;
  /** Paths of the list. */
  paths: readonly string[];
  /** Name of the id in paths. */
  id: string;
}

const ACCOUNT = '/client/v4/accounts/:account_id/load_balancers';
const ZONE = '/client/v4/zones/:zone_id/load_balancers';

/** Kinds whose paths must come before `:load_balancer_id`, which would match them as well. */
export const KINDS: readonly Kind[] = [
  { list: 'pools', tag: 'pools', one: 'a pool', paths: [`${ACCOUNT}/pools`], id: 'pool_id' },
  { list: 'monitors', tag: 'monitors', one: 'a monitor', paths: [`${ACCOUNT}/monitors`], id: 'monitor_id' },
  {
    list: 'monitor_groups',
    tag: 'monitor groups',
    one: 'a monitor group',
    paths: [`${ACCOUNT}/monitor_groups`],
    id: 'monitor_group_id',
  },
];

/** Load balancers exist below the account and below zones. */
export const BALANCERS: Kind = {
  list: 'load_balancers',
  tag: 'load balancers',
  one: 'a load balancer',
  paths: [ACCOUNT, ZONE],
  id: 'load_balancer_id',
};
