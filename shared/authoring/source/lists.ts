/** The lists of a configuration file whose items are objects of Cloudflare's API. */
export const OBJECT_LISTS = ['load_balancers', 'pools', 'monitors', 'monitor_groups'] as const;

/** One of the lists. It also names the kind of its objects. */
export type ObjectList = (typeof OBJECT_LISTS)[number];
